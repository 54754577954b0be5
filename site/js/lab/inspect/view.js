/** Elements of the Inspect panel. */

import { actionButton, div, liveText, make } from "../../shell/dom.js";
import { INSPECT, VIEW_NAMES } from "./text.js";

/** @import { Attributes } from "../../shell/dom.js" */

/** The views, in the order of their buttons; the first is shown at first. */
export const VIEWS = ["why", "flips", "stages", "nearest", "ideal"];

/** @param {string} name  @param {(Node | string)[]} children */
const view = (name, ...children) =>
  make("section", { class: name, "aria-label": VIEW_NAMES[name] }, ...children);

/** @param {string} name */
const button = (name) => actionButton(name, INSPECT[name]);

/** Of an image before it is painted, which names it better. @param {string} name */
const named = (name) => ({ role: "img", "aria-label": name });

/** @param {Attributes} attributes @param {string[]} names  of canvases with captions */
const pair = (attributes, ...names) =>
  make(
    "div",
    { class: "pair", ...attributes },
    ...names.map((name) => {
      const size = { width: 28, height: 28 };
      const canvas = make("canvas", { class: name, ...named(INSPECT[name]), ...size });
      return make("figure", {}, canvas, make("figcaption", {}, INSPECT[name]));
    }),
  );

/** The way from all stages to one value. */
function path() {
  const steps = ["all", "stage", "map", "value"].map((name) =>
    make("li", {}, actionButton(name, INSPECT[name] ?? "")),
  );
  return make("nav", { "aria-label": INSPECT.path }, make("ol", {}, ...steps));
}

/** The terms of a weighted sum of inputs that are no images. */
function terms() {
  const heads = ["input", "is", "weight", "makes"].map((name) =>
    make("th", { scope: "col" }, INSPECT[name]),
  );
  const head = make("thead", {}, make("tr", {}, ...heads));
  return make("table", {}, head, make("tbody"));
}

/** @param {HTMLElement} element */
export function fill(element) {
  const unit = div(
    "unit",
    liveText("sum"),
    div("products", div("grids"), terms(), make("p", { class: "product" })),
    make("pre", { tabindex: "0", role: "group", "aria-label": INSPECT.lines }, make("code")),
  );
  const what = make("p", { class: "what" });
  const zoom = div("zoom", path(), what, button("source"), div("maps"), unit);
  const evidence = make("label", {}, INSPECT.evidence, make("select"));
  const legend = make("p", { class: "legend" });
  const caption = make("figcaption", { "aria-live": "polite" });
  const varied = make("figure", {}, make("canvas", named(INSPECT.image)), caption);
  const views = VIEWS.map((name) => actionButton(name, VIEW_NAMES[name]));
  const parts = [
    view(
      "why",
      div("evidence", evidence, pair({}, "gradient", "occlusion"), legend),
      div(
        "change",
        button("change"),
        pair({ hidden: true }, "image", "difference"),
        liveText("changed"),
      ),
    ),
    view("flips", div("result", varied, button("straight")), div("sliders")),
    view("stages", make("ol", { class: "flow" }), zoom, make("p", {}, INSPECT.colors)),
    view("nearest", button("look"), make("p", { role: "status" }), make("ol")),
    view("ideal", make("p", {}, INSPECT.ideal), make("ol")),
  ];
  element.replaceChildren(
    make("div", { class: "views", role: "group", "aria-label": INSPECT.views }, ...views),
    liveText("status"),
    make("div", { class: "parts", hidden: true }, ...parts),
  );
}
