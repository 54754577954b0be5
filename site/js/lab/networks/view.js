/** Elements of the Networks panel. */

import { CANVAS } from "../../pad/strokes.js";
import { actionButton, div, liveText, make, saveForm } from "../../shell/dom.js";
import { ABOUT_IT, NETWORKS, fill as fillIn, savedFacts } from "../text.js";

/** @import { SavedNetwork } from "../../networks/saved-networks.js" */

/** One side of the comparison. @param {string} name */
const side = (name) =>
  make(
    "div",
    { class: "side" },
    make("select", { "aria-label": NETWORKS[name] }),
    make("figure", {}, make("canvas", { role: "img" }), make("figcaption")),
    make("p", { class: "verdict-words", "aria-live": "polite" }),
    make("ol"),
  );

/** @param {HTMLElement} element */
export function fill(element) {
  const file = make("input", { type: "file", accept: ".json,application/json" });
  const corner = make("input", { type: "checkbox", checked: true });
  const drawing = make("canvas", { class: "drawing", width: CANVAS, height: CANVAS });
  element.replaceChildren(
    make(
      "fieldset",
      { class: "compare" },
      make("legend", {}, NETWORKS.compare),
      div(
        "subject",
        drawing,
        make("label", { class: "corner" }, corner, NETWORKS.corner),
        liveText("difference"),
      ),
      side("first"),
      side("second"),
    ),
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
