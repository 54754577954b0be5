/** Elements of the Inspect panel. */

import { actionButton, div, liveText, make, section } from "../../shell/dom.js";
import { INSPECT } from "../text.js";

/** @import { Attributes } from "../../shell/dom.js" */

/** @param {string} name  @param {(Node | string)[]} children */
const part = (name, ...children) => section("inspect", name, INSPECT[name], ...children);

/** @param {string} name */
const button = (name) => actionButton(name, INSPECT[name]);

/** @param {Attributes} attributes @param {string[]} names  of canvases with captions */
const pair = (attributes, ...names) =>
  make(
    "div",
    { class: "pair", ...attributes },
    ...names.map((name) => {
      const canvas = make("canvas", { class: name, role: "img", width: 28, height: 28 });
      return make("figure", {}, canvas, make("figcaption", {}, INSPECT[name]));
    }),
  );

/** A canvas with a caption that changes. @param {Attributes} attributes */
function figure(attributes) {
  const caption = make("figcaption", { "aria-live": "polite" });
  return make("figure", attributes, make("canvas", { role: "img" }), caption);
}

/** The terms of a weighted sum. */
function terms() {
  const heads = ["input", "is", "weight", "makes"].map((name) =>
    make("th", { scope: "col" }, INSPECT[name]),
  );
  const head = make("thead", {}, make("tr", {}, ...heads));
  return div("scroll", make("table", {}, head, make("tbody")));
}

/** @param {HTMLElement} element */
export function fill(element) {
  const unit = part(
    "unit",
    liveText("sum"),
    terms(),
    actionButton("source", INSPECT.source, { hidden: true }),
    figure({ class: "learned", hidden: true }),
  );
  const parts = [
    part("activations", make("p", {}, INSPECT.point), make("ol", { class: "layers" })),
    div("sticky-range", unit), // without it, the sticky section covers the next one
    part(
      "attribution",
      make("label", {}, INSPECT.evidence, make("select")),
      pair({}, "gradient", "occlusion"),
      button("change"),
      liveText("changed"),
      pair({ hidden: true }, "image", "difference"),
    ),
    part("perturb", div("sliders"), figure({}), button("straight")),
    part("nearest", button("look"), make("p", { role: "status" }), make("ol")),
  ];
  element.replaceChildren(
    make("p", { class: "lead" }, INSPECT.lead),
    liveText("status"),
    make("div", { class: "parts", hidden: true }, ...parts),
  );
}
