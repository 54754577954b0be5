/** Elements of the Train panel: form, buttons and charts. */

import { actionButton, div, liveText, make, saveForm } from "../../shell/dom.js";
import { CHOICES, FIELDS, TRAIN } from "../text.js";

/** @import { Attributes } from "../../shell/dom.js" */

/** Attributes of the number fields. @type {Record<string, Attributes>} */
const NUMBERS = {
  learning_rate: { value: "0.001", min: "0.000001", max: "100", step: "any" },
  batch_size: { value: "64", min: "1", max: "1000" },
  epochs: { value: "3", min: "1", max: "1000" },
  seed: { value: "0", min: "0", max: "4294967295" },
};

/** Numbers of training digits to choose from (of 60,000; the last 1,000 are for validation). */
const EXAMPLES = [1000, 10000, 30000, 59000];
const DEFAULT_EXAMPLES = 10000;

const LAYERS = { name: "layers", value: "784-128-10", maxlength: 200, required: true };

/** Keyboard aids are for prose. */
const NO_AIDS = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };

/** @param {string} name  @param {HTMLElement} control  @param {Attributes} [attributes] */
function field(name, control, attributes = {}) {
  const note = make("small"); // when the field takes effect
  return make("label", attributes, FIELDS[name], " ", note, control);
}

const WIDE = { class: "wide" };

/** @param {string} name */
const number = (name) =>
  field(name, make("input", { name, type: "number", required: true, ...NUMBERS[name] }));

/** @param {string} name  @param {Attributes} [attributes] */
function choice(name, attributes) {
  const options = Object.entries(CHOICES[name]).map(([value, text]) =>
    make("option", { value }, text),
  );
  return field(name, make("select", { name }, ...options), attributes);
}

function examples() {
  const options = EXAMPLES.map((count) =>
    make("option", count === DEFAULT_EXAMPLES ? { selected: true } : {}, String(count)),
  );
  const select = make("select", { name: "examples", "data-number": true }, ...options);
  return field("examples", select);
}

/** Fields above the line take effect at once. */
const form = () =>
  make(
    "form",
    { class: "hyperparameters", "aria-label": TRAIN.form, novalidate: true },
    choice("preset", WIDE),
    number("learning_rate"),
    number("batch_size"),
    choice("optimizer"),
    number("epochs"),
    choice("augmentation", WIDE),
    make("hr"),
    choice("start", WIDE),
    field("layers", make("input", { ...LAYERS, ...NO_AIDS }), WIDE),
    choice("activation"),
    choice("initializer"),
    examples(),
    number("seed"),
  );

/** @param {string} name */
const chart = (name) =>
  make("figure", {}, make("figcaption", {}, TRAIN[name]), div(name));

function run() {
  const onPad = make("input", { type: "checkbox" });
  return div(
    "run",
    div(
      "buttons",
      actionButton("start", TRAIN.start, { class: "main" }),
      actionButton("step", TRAIN.step),
      actionButton("stop", TRAIN.stop, { disabled: true }),
      actionButton("reset", TRAIN.reset, { disabled: true }),
    ),
    make("progress", { max: 1, value: 0, "aria-label": TRAIN.training }),
    make("p", { class: "facts" }),
    liveText("status"),
    make("p", { class: "notice", role: "alert" }),
    make("label", { class: "on-pad", hidden: true }, onPad, TRAIN.onPad),
    chart("loss"),
    chart("accuracy"),
    make("form", { class: "save", hidden: true }, ...saveForm(TRAIN)),
  );
}

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, TRAIN.lead),
    make(
      "div",
      { class: "resume", hidden: true },
      make("p"),
      actionButton("resume", TRAIN.resume, { class: "main" }),
      actionButton("forget", TRAIN.forget),
    ),
    div("columns", form(), run()),
  );
}
