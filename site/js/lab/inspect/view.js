/** Elements of the Inside panel. */

import { make } from "../../shell/dom.js";
import { INSIDE } from "../text.js";

/** @import { Attributes } from "../../shell/dom.js" */

/** @param {string} name  @param {(Node | string)[]} inside */
function section(name, ...inside) {
  const id = `${name}-title`;
  const title = make("h3", { id }, INSIDE[name]);
  return make("section", { class: name, "aria-labelledby": id }, title, ...inside);
}

/** @param {string} name  of its canvas */
function figure(name) {
  const canvas = make("canvas", { class: name, role: "img", width: "28", height: "28" });
  return make("figure", {}, canvas, make("figcaption", {}, INSIDE[name]));
}

/** @param {string} name */
const button = (name) => make("button", { type: "button" }, INSIDE[name]);

/** The terms of a weighted sum. */
function terms() {
  const heads = ["input", "is", "weight", "makes"].map((name) =>
    make("th", { scope: "col" }, INSIDE[name]),
  );
  const head = make("thead", {}, make("tr", {}, ...heads));
  return make("div", { class: "scroll" }, make("table", {}, head, make("tbody")));
}

/** A canvas with a caption that changes. @param {Attributes} attributes */
function blank(attributes) {
  const caption = make("figcaption", { "aria-live": "polite" });
  return make("figure", attributes, make("canvas", { role: "img" }), caption);
}

/** @param {HTMLElement} element */
export function fill(element) {
  element.replaceChildren(
    make("p", { class: "lead" }, INSIDE.lead),
    make("p", { class: "status", role: "status" }),
    make(
      "div",
      { class: "parts", hidden: true },
      section("activations", make("p", {}, INSIDE.point), make("ol", { class: "layers" })),
      make(
        "div",
        { class: "sticky-range" }, // without it, the sticky section covers the next one
        section(
          "unit",
          make("p", { class: "sum", role: "status" }),
          terms(),
          make("button", { type: "button", class: "show-source", hidden: true }, INSIDE.source),
          blank({ class: "learned", hidden: true }),
        ),
      ),
      section(
        "attribution",
        make("label", {}, INSIDE.speaks, make("select")),
        make("div", { class: "pair" }, figure("gradient"), figure("occlusion")),
        button("change"),
        make("p", { class: "changed", role: "status" }),
        make(
          "div",
          { class: "pair", hidden: true },
          figure("image"),
          figure("difference"),
        ),
      ),
      section("perturb", make("div", { class: "sliders" }), blank({}), button("straight")),
      section("nearest", button("look"), make("p", { role: "status" }), make("ol")),
    ),
  );
}
