/** Elements of the Python panel. */

import { actionButton, div, liveText, make, section } from "../../shell/dom.js";
import { EXAMPLES, PANEL } from "./text.js";

/** Each runs an example, a few lines that Python has. */
const examples = () =>
  make(
    "div",
    { class: "examples", role: "group", "aria-label": PANEL.examples },
    ...Object.entries(EXAMPLES).map(([key, title]) =>
      make("button", { type: "button", "data-example": key }, title),
    ),
  );

/** Keyboard aids are for prose. */
const NO_AIDS = {
  spellcheck: "false",
  autocapitalize: "off",
  autocomplete: "off",
  autocorrect: "off",
};

function editor() {
  const keys = "python-edit-keys";
  const area = make("textarea", { ...NO_AIDS, wrap: "off", "aria-describedby": keys });
  return make(
    "div",
    { class: "edit", hidden: true },
    div("editor", make("pre", { "aria-hidden": "true" }), area),
    make("p", { id: keys, class: "keys" }, PANEL.editKeys),
    div(
      "buttons",
      actionButton("apply", PANEL.apply, { class: "main" }),
      actionButton("close", PANEL.close),
    ),
  );
}

/** The value of the output that is explained. */
function choose() {
  const input = make("input", { type: "number", min: 0, step: 1, value: 0 });
  return make(
    "div",
    { class: "choose", hidden: true },
    make("label", {}, PANEL.number, input),
    make("div", { class: "labels", role: "group", "aria-label": PANEL.number }),
    make("output"),
  );
}

const source = () =>
  section(
    "python",
    "source",
    PANEL.source,
    make("p", { class: "where" }),
    make("p", { class: "around" }),
    choose(),
    make("div", { class: "code", tabindex: 0, role: "group" }),
    editor(),
    make("pre", { class: "fault", role: "alert" }),
    div(
      "buttons",
      actionButton("edit", PANEL.edit, { hidden: true }),
      actionButton("reset", PANEL.reset, { hidden: true }),
    ),
  );

const prompt = () =>
  make(
    "form",
    {},
    make("label", { for: "python-input", class: "unseen" }, PANEL.input),
    make("textarea", {
      ...NO_AIDS,
      id: "python-input",
      rows: 1,
      enterkeyhint: "enter",
      "aria-describedby": "python-keys",
    }),
    div(
      "buttons",
      make("button", { class: "main" }, PANEL.run),
      actionButton("stop", PANEL.stop, { disabled: true }),
      actionButton("empty", PANEL.empty),
    ),
    liveText("names"),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  const log = { class: "log", role: "log", tabindex: 0, "aria-label": PANEL.log };
  element.replaceChildren(
    make("p", { class: "lead" }, PANEL.lead),
    liveText("status"),
    div(
      "parts",
      section(
        "python",
        "console",
        PANEL.console,
        examples(),
        make("div", log),
        prompt(),
        make("p", { class: "keys" }, PANEL.help),
        make("p", { id: "python-keys", class: "keys" }, PANEL.keys),
      ),
      section("python", "calls", PANEL.calls, make("ol")),
      source(),
    ),
  );
}
