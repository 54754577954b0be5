/** Elements of the Networks panel. */

import { actionButton, div, liveText, make, saveForm } from "../../shell/dom.js";
import { ABOUT_IT, NETWORKS, fill as fillIn, savedFacts } from "../text.js";

/** @import { SavedNetwork } from "../../networks/saved-networks.js" */

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
  const file = make("input", { type: "file", accept: ".json,application/json" });
  element.replaceChildren(
    make("p", { class: "lead" }, NETWORKS.lead),
    make("form", { class: "save" }, ...saveForm(NETWORKS)),
    liveText("status"),
    make("ul", { class: "saved", "aria-label": NETWORKS.saved }),
    div(
      "buttons",
      make("label", { class: "file" }, file, NETWORKS.import),
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
    const label = fillIn(ABOUT_IT, { verb: text, name });
    const button = make("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", act);
    return button;
  });
  const facts = make("span", {}, savedFacts(about, bytes.byteLength, when));
  return make("li", {}, make("strong", {}, name), facts, ...buttons);
}
