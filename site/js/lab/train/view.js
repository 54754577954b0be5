// @ts-check
/** What stands in #lab-train from the start: its levers, buttons and charts. */

import { does, keepForm, make } from "../../shell/dom.js";
import { CHOICES, LEVERS, TRAIN } from "../text.js";

/** @typedef {import("../../shell/dom.js").Attributes} Attributes */

/** What a number may be. @type {Record<string, Attributes>} */
const NUMBERS = {
  learning_rate: { value: "0.001", min: "0.000001", max: "100", step: "any" },
  batch_size: { value: "64", min: "1", max: "1000" },
  epochs: { value: "3", min: "1", max: "1000" },
  seed: { value: "0", min: "0", max: "4294967295" },
};

/** How many digits may be trained on (of 60,000; the last are for validation). */
const EXAMPLES = [1000, 10000, 30000, 59000];
const AT_FIRST = 10000;

/** Layers are written, not said: no help of a keyboard is any. */
const CODE = { spellcheck: "false", autocomplete: "off", autocapitalize: "off" };

/** @param {string} name  @param {boolean} wide  @param {HTMLElement} control */
const lever = (name, wide, control) =>
  make(
    "label",
    wide ? { class: "wide" } : {},
    LEVERS[name],
    " ",
    make("small"), // where it is said when the lever acts
    control,
  );

/** @param {string} name */
const number = (name) =>
  lever(
    name,
    false,
    make("input", { name, type: "number", required: true, ...NUMBERS[name] }),
  );

/** @param {string} name  @param {boolean} [wide] */
function choice(name, wide = false) {
  const options = Object.entries(CHOICES[name]).map(([value, text]) =>
    make("option", { value }, text),
  );
  return lever(name, wide, make("select", { name }, ...options));
}

function examples() {
  const options = EXAMPLES.map((count) =>
    make("option", count === AT_FIRST ? { selected: true } : {}, String(count)),
  );
  return lever(
    "examples",
    false,
    make("select", { name: "examples", "data-number": true }, ...options),
  );
}

const layers = () =>
  lever(
    "layers",
    true,
    make("input", {
      name: "layers",
      value: "784-128-10",
      maxlength: "200",
      required: true,
      ...CODE,
    }),
  );

/** Above the line are those that act at once. */
const levers = () =>
  make(
    "form",
    { class: "levers", "aria-label": TRAIN.levers, novalidate: true },
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
      does("start", TRAIN.start, { class: "main" }),
      does("step", TRAIN.step),
      does("stop", TRAIN.stop, { disabled: true }),
      does("reset", TRAIN.reset, { disabled: true }),
    ),
    make("progress", { max: "1", value: "0", "aria-label": TRAIN.training }),
    make("p", { class: "facts" }),
    make("p", { class: "said", role: "status" }),
    make("p", { class: "notice", role: "alert" }),
    make(
      "label",
      { class: "on-pad", hidden: true },
      make("input", { type: "checkbox" }),
      TRAIN.onPad,
    ),
    chart("loss"),
    chart("accuracy"),
    make("form", { class: "keep", hidden: true }, ...keepForm(TRAIN)),
  );

/** @param {HTMLElement} element */
export function furnish(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, TRAIN.lead),
    make(
      "div",
      { class: "left", hidden: true },
      make("p"),
      does("resume", TRAIN.resume, { class: "main" }),
      does("forget", TRAIN.forget),
    ),
    make("div", { class: "bench" }, levers(), run()),
  );
}
