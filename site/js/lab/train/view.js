/** Elements of the Train panel: form, buttons and charts. */

import { actionButton, div, liveText, make, saveForm } from "../../shell/dom.js";
import { PRESETS } from "./settings.js";
import { CHOICES, FIELDS, START, TRAIN, whole } from "./text.js";

/** @import { Attributes } from "../../shell/dom.js" */

/** Attributes of the number fields. @type {Record<string, Attributes>} */
const NUMBERS = {
  learning_rate: { value: PRESETS.small.learning_rate, min: "0.000001", max: "100", step: "any" },
  batch_size: { value: "64", min: "1", max: "1000" },
  epochs: { value: "3", min: "1", max: "1000" },
  seed: { value: "0", min: "0", max: "4294967295" },
};

/** Numbers of training digits to choose from (of 60,000; the last 1,000 are for validation). */
const EXAMPLES = [1000, 10000, 30000, 59000];
const DEFAULT_EXAMPLES = 10000;

const LAYERS = {
  name: "layers",
  value: PRESETS.small.layers,
  pattern: "[\\w.\\-]{1,200}",
  required: true,
};

/** Keyboard aids are for prose. */
const NO_AIDS = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };

/** @param {string} name  @param {HTMLElement} control */
function field(name, control) {
  const note = make("small"); // when the field takes effect
  return make("label", { class: name }, FIELDS[name], " ", note, control);
}

/** @param {string} name */
const number = (name) =>
  field(name, make("input", { name, type: "number", required: true, ...NUMBERS[name] }));

/** @param {string} name */
function choice(name) {
  const options = Object.entries(CHOICES[name]).map(([value, text]) =>
    // "Custom" cannot be chosen, it is shown when other fields make it so
    make("option", { value, ...(value === "" && { hidden: true }) }, text),
  );
  return field(name, make("select", { name }, ...options));
}

function examples() {
  const options = EXAMPLES.map((count) =>
    make(
      "option",
      { value: count, ...(count === DEFAULT_EXAMPLES && { selected: true }) },
      whole.format(count),
    ),
  );
  const select = make("select", { name: "examples", "data-number": true }, ...options);
  return field("examples", select);
}

/** @param {string} title  @param {HTMLElement[]} fields */
const group = (title, ...fields) =>
  make("fieldset", {}, make("legend", {}, title), ...fields);

const form = () =>
  make(
    "form",
    { class: "hyperparameters", "aria-label": TRAIN.form, novalidate: true },
    choice("preset"),
    examples(),
    actionButton("start", START, { class: "main" }),
    actionButton("step", TRAIN.step),
    actionButton("stop", TRAIN.stop, { disabled: true }),
    actionButton("reset", TRAIN.reset, { disabled: true }),
    make(
      "details",
      { class: "advanced" },
      make("summary", {}, TRAIN.settings),
      group(
        TRAIN.live,
        number("learning_rate"),
        number("batch_size"),
        choice("optimizer"),
        number("epochs"),
        choice("augmentation"),
      ),
      group(
        TRAIN.next,
        choice("start"),
        field("layers", make("input", { ...LAYERS, ...NO_AIDS })),
        choice("activation"),
        choice("initializer"),
        number("seed"),
      ),
    ),
  );

/** @param {string} name */
const chart = (name) =>
  make("figure", {}, make("figcaption", {}, TRAIN[name]), div(name));

function onPad() {
  const box = make("input", { type: "checkbox", "aria-describedby": "train-whose" });
  return div(
    "on-pad",
    make("label", {}, box, TRAIN.onPad),
    make("span", { class: "whose", id: "train-whose" }),
  );
}

const run = () =>
  div(
    "run",
    make("progress", { max: 1, value: 0, "aria-label": TRAIN.training }),
    make("p", { class: "facts" }),
    div(
      "result",
      liveText("status"),
      make("form", { class: "save" }, ...saveForm(TRAIN)),
      onPad(),
    ),
    make("p", { class: "notice", role: "alert" }),
    div("charts", chart("loss"), chart("accuracy")),
    make("ul", { class: "marks", "aria-label": TRAIN.marks, "aria-live": "polite" }),
    make("ul", { class: "earlier", "aria-label": TRAIN.earlier }),
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
    form(),
    run(),
  );
}
