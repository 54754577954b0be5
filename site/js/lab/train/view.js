/** Elements of the Train panel: form, buttons and charts. */

import { actionButton, saveForm, make } from "../../shell/dom.js";
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

/** Keyboard aids are for prose. */
const NO_AIDS = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };

/** @param {string} name  @param {boolean} wide  @param {HTMLElement} control */
const field = (name, wide, control) =>
  make(
    "label",
    wide ? { class: "wide" } : {},
    FIELDS[name],
    " ",
    make("small"), // when the field takes effect
    control,
  );

/** @param {string} name */
const number = (name) =>
  field(
    name,
    false,
    make("input", { name, type: "number", required: true, ...NUMBERS[name] }),
  );

/** @param {string} name  @param {boolean} [wide] */
function choice(name, wide = false) {
  const options = Object.entries(CHOICES[name]).map(([value, text]) =>
    make("option", { value }, text),
  );
  return field(name, wide, make("select", { name }, ...options));
}

function examples() {
  const options = EXAMPLES.map((count) =>
    make("option", count === DEFAULT_EXAMPLES ? { selected: true } : {}, String(count)),
  );
  return field(
    "examples",
    false,
    make("select", { name: "examples", "data-number": true }, ...options),
  );
}

const layers = () =>
  field(
    "layers",
    true,
    make("input", {
      name: "layers",
      value: "784-128-10",
      maxlength: "200",
      required: true,
      ...NO_AIDS,
    }),
  );

/** Fields above the line take effect at once. */
const form = () =>
  make(
    "form",
    { class: "hyperparameters", "aria-label": TRAIN.form, novalidate: true },
    choice("preset", true),
    number("learning_rate"),
    number("batch_size"),
    choice("optimizer"),
    number("epochs"),
    choice("augmentation", true),
    make("hr"),
    choice("start", true),
    layers(),
    choice("activation"),
    choice("initializer"),
    examples(),
    number("seed"),
  );

/** @param {string} name */
const chart = (name) =>
  make(
    "figure",
    {},
    make("figcaption", {}, TRAIN[name]),
    make("div", { class: name }),
  );

const run = () =>
  make(
    "div",
    { class: "run" },
    make(
      "div",
      { class: "buttons" },
      actionButton("start", TRAIN.start, { class: "main" }),
      actionButton("step", TRAIN.step),
      actionButton("stop", TRAIN.stop, { disabled: true }),
      actionButton("reset", TRAIN.reset, { disabled: true }),
    ),
    make("progress", { max: "1", value: "0", "aria-label": TRAIN.training }),
    make("p", { class: "facts" }),
    make("p", { class: "status", role: "status" }),
    make("p", { class: "notice", role: "alert" }),
    make(
      "label",
      { class: "on-pad", hidden: true },
      make("input", { type: "checkbox" }),
      TRAIN.onPad,
    ),
    chart("loss"),
    chart("accuracy"),
    make("form", { class: "save", hidden: true }, ...saveForm(TRAIN)),
  );

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
    make("div", { class: "columns" }, form(), run()),
  );
}
