/** Elements of the Networks panel. */

import { actionButton, saveForm, make } from "../../shell/dom.js";
import { ABOUT_IT, NETWORKS, fill as fillIn, savedFacts } from "../text.js";

/** @import { SavedNetwork } from "./saved-networks.js" */

/** One side of the comparison. @param {string} name */
const side = (name) =>
  make(
    "div",
    {},
    make("select", { "aria-label": NETWORKS[name] }),
    make("p", { class: "verdict-words", "aria-live": "polite" }),
    make("ol"),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, NETWORKS.lead),
    make("form", { class: "save" }, ...saveForm(NETWORKS)),
    make("p", { class: "status", role: "status" }),
    make("ul", { class: "saved", "aria-label": NETWORKS.saved }),
    make(
      "div",
      { class: "buttons" },
      make(
        "label",
        { class: "file" },
        make("input", { type: "file", accept: ".json,application/json" }),
        NETWORKS.import,
      ),
      actionButton("export", NETWORKS.export),
      actionButton("export-1", NETWORKS.exportOne),
    ),
    make(
      "fieldset",
      { class: "compare" },
      make("legend", {}, NETWORKS.compare),
      side("first"),
      side("second"),
    ),
  );
}

/**
 * A list item.
 * @param {SavedNetwork} saved
 * @param {[text: string, act: () => void][]} actions  its buttons
 */
export function savedNetwork({ name, about, bytes, when }, actions) {
  const buttons = actions.map(([text, act]) => {
    const button = make(
      "button",
      { type: "button", "aria-label": fillIn(ABOUT_IT, { verb: text, name }) },
      text,
    );
    button.addEventListener("click", act);
    return button;
  });
  return make(
    "li",
    {},
    make("strong", {}, name),
    make("span", {}, savedFacts(about, bytes.byteLength, when)),
    ...buttons,
  );
}
