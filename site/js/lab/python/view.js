// @ts-check
/** Elements of the Python panel. */

import { does, make } from "../../shell/dom.js";
import { ROOM } from "./text.js";

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
  const title = make("h3", { id }, ROOM[name] ?? "");
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
    make("p", { id: "python-edit-keys", class: "keys" }, ROOM.editKeys),
    make(
      "div",
      { class: "buttons" },
      does("apply", ROOM.apply, { class: "main" }),
      does("close", ROOM.close),
    ),
  );

const prompt = () =>
  make(
    "form",
    {},
    make("label", { for: "python-input", class: "unseen" }, ROOM.input),
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
      make("button", { class: "main" }, ROOM.run),
      does("stop", ROOM.stop, { disabled: true }),
      does("empty", ROOM.empty),
    ),
    make("p", { id: "python-keys", class: "keys" }, ROOM.keys),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  const log = { class: "log", role: "log", tabindex: "0", "aria-label": ROOM.log };
  element.replaceChildren(
    make("p", { class: "lead" }, ROOM.lead),
    make("p", { class: "said", role: "status" }),
    make(
      "div",
      { class: "parts" },
      section("way", make("ol", {})),
      section(
        "shown",
        make("p", { class: "where" }),
        make("p", { class: "around" }),
        make(
          "div",
          { class: "choose", hidden: true },
          make(
            "label",
            {},
            ROOM.number,
            make("input", { type: "number", min: "0", step: "1", value: "0" }),
          ),
          make("div", { class: "labels", role: "group", "aria-label": ROOM.number }),
          make("output", {}),
        ),
        make("div", { class: "code", tabindex: "0", role: "group" }),
        editor(),
        make("pre", { class: "fault", role: "alert" }),
        make(
          "div",
          { class: "buttons" },
          does("edit", ROOM.edit, { hidden: true }),
          does("ours", ROOM.ours, { hidden: true }),
        ),
      ),
      section(
        "console",
        make("p", { class: "keys" }, ROOM.help),
        make("div", log),
        prompt(),
      ),
    ),
  );
}

/** An entry in the list of calls. */
export const callEntry = () =>
  make(
    "li",
    {},
    make("button", { type: "button" }, make("span", { class: "name" }), make("small")),
  );
