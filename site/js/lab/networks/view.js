// @ts-check
/** What stands in #lab-networks from the start. */

import { does, keepForm, make } from "../../shell/dom.js";
import { NETWORKS } from "../text.js";

/** One of the two that are compared. @param {string} name */
const side = (name) =>
  make(
    "div",
    {},
    make("select", { "aria-label": NETWORKS[name] }),
    make("p", { class: "verdict-words", "aria-live": "polite" }),
    make("ol"),
  );

/** @param {HTMLElement} element */
export function furnish(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, NETWORKS.lead),
    make("form", { class: "keep" }, ...keepForm(NETWORKS)),
    make("p", { class: "said", role: "status" }),
    make("ul", { class: "kept", "aria-label": NETWORKS.kept }),
    make(
      "div",
      { class: "buttons" },
      make(
        "label",
        { class: "file" },
        make("input", { type: "file", accept: ".json,application/json" }),
        NETWORKS.import,
      ),
      does("export", NETWORKS.export),
      does("export-1", NETWORKS.exportOne),
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
