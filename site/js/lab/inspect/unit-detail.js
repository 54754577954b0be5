/** How one value of a layer is computed. Owns .unit. */

import { make } from "../../shell/dom.js";
import * as words from "../text.js";
import { floats } from "./protocol.js";
import { layout, paint } from "./heatmap.js";

/** @import { Numbers, Unit } from "./protocol.js" */

/** Maximum number of weight images. */
const MAX_IMAGES = 64;

/** @param {HTMLElement} element */
export function createUnitDetail(element) {
  const sum = /** @type {HTMLElement} */ (element.querySelector(".sum"));
  const table = /** @type {HTMLTableElement} */ (element.querySelector("table"));
  const body = table.tBodies[0];
  const figure = /** @type {HTMLElement} */ (element.querySelector(".learned"));
  const canvas = /** @type {HTMLCanvasElement} */ (figure.querySelector("canvas"));
  const caption = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));

  /** @param {string[]} cells */
  function row(cells) {
    const [head, ...rest] = cells;
    const others = rest.map((text) => make("td", {}, text));
    return make("tr", {}, make("th", { scope: "row" }, head), ...others);
  }

  function clear() {
    sum.textContent = words.PICK_ONE;
    table.hidden = true;
    figure.hidden = true;
  }

  clear();
  return {
    clear,
    /** @param {Unit} unit  @param {string} name  of the layer  @param {number} at */
    show(unit, name, at) {
      sum.textContent = words.unitWords(unit, name, at);
      table.hidden = unit.kind !== "sum";
      const count = unit.count - unit.terms.length; // of the others
      const others = words.fill(words.OTHERS, { count });
      body.replaceChildren(
        ...unit.terms.map(({ at: input, input: x, weight, product }) =>
          row([String(input), words.number(x), words.number(weight), words.number(product)]),
        ),
        ...(count > 0 ? [row([others, "", "", words.number(unit.rest)])] : []),
        row([words.BIAS, "", "", words.number(unit.bias)]),
      );
    },
    /** Shows the layer's weights. @param {Numbers} pictures  (units, C, H, W), or empty */
    showWeights(pictures) {
      const [units, C, H, W] = pictures.shape;
      figure.hidden = pictures.shape.length === 0;
      if (figure.hidden) return;
      const shown = Math.min(MAX_IMAGES, units * C);
      paint(canvas, floats(pictures), layout([shown, H, W]));
      caption.textContent = words.learnedWords(shown, units * C, H, W);
      canvas.setAttribute("aria-label", caption.textContent);
    },
  };
}
