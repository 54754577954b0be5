/** Elements of the Python panel. */

import { actionButton, make } from "../../shell/dom.js";
import { PANEL } from "./text.js";

/** Keyboard aids are for prose. */
const NO_AIDS = {
  spellcheck: "false",
  autocapitalize: "off",
  autocomplete: "off",
  autocorrect: "off",
};

/** @param {string} name  @param {(Node | string)[]} inside */
function section(name, ...inside) {
  const id = `python-${name}-title`;
  const title = make("h3", { id }, PANEL[name] ?? "");
  return make("section", { class: name, "aria-labelledby": id }, title, ...inside);
}

const editor = () =>
  make(
    "div",
    { class: "edit", hidden: true },
    make(
      "div",
      { class: "editor" },
      make("pre", { "aria-hidden": "true" }),
      make("textarea", { ...NO_AIDS, wrap: "off", "aria-describedby": "python-edit-keys" }),
    ),
    make("p", { id: "python-edit-keys", class: "keys" }, PANEL.editKeys),
    make(
      "div",
      { class: "buttons" },
      actionButton("apply", PANEL.apply, { class: "main" }),
      actionButton("close", PANEL.close),
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
      rows: "1",
      enterkeyhint: "enter",
      "aria-describedby": "python-keys",
    }),
    make("p", { class: "names", role: "status" }),
    make(
      "div",
      { class: "buttons" },
      make("button", { class: "main" }, PANEL.run),
      actionButton("stop", PANEL.stop, { disabled: true }),
      actionButton("empty", PANEL.empty),
    ),
    make("p", { id: "python-keys", class: "keys" }, PANEL.keys),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  const log = { class: "log", role: "log", tabindex: "0", "aria-label": PANEL.log };
  element.replaceChildren(
    make("p", { class: "lead" }, PANEL.lead),
    make("p", { class: "status", role: "status" }),
    make(
      "div",
      { class: "parts" },
      section("calls", make("ol", {})),
      section(
        "source",
        make("p", { class: "where" }),
        make("p", { class: "around" }),
        make(
          "div",
          { class: "choose", hidden: true },
          make(
            "label",
            {},
            PANEL.number,
            make("input", { type: "number", min: "0", step: "1", value: "0" }),
          ),
          make("div", { class: "labels", role: "group", "aria-label": PANEL.number }),
          make("output", {}),
        ),
        make("div", { class: "code", tabindex: "0", role: "group" }),
        editor(),
        make("pre", { class: "fault", role: "alert" }),
        make(
          "div",
          { class: "buttons" },
          actionButton("edit", PANEL.edit, { hidden: true }),
          actionButton("reset", PANEL.reset, { hidden: true }),
        ),
      ),
      section(
        "console",
        make("p", { class: "keys" }, PANEL.help),
        make("div", log),
        prompt(),
      ),
    ),
  );
}
