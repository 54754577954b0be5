/** How one value of a stage is computed: its multiplications, sum and Python. Owns .unit. */

import { finder, make } from "../../shell/dom.js";
import { colorOf, layout, paint, textOn } from "./heatmap.js";
import { floats } from "./protocol.js";
import { largest } from "./stages.js";
import * as words from "./text.js";

/** @import { Unit, Window } from "./protocol.js" */

/** A window of more columns is shown as an image, without its numbers. */
const MAX_COLUMNS = 7;

/** @param {HTMLElement} element */
export function createUnitDetail(element) {
  const find = finder(element);
  const sum = find(".sum");
  const product = find(".product");
  const grids = find(".grids");
  const table = find("table", HTMLTableElement);
  const lines = find("code");

  /** @param {Unit} unit  @param {Window} window */
  function showWindow({ kind }, { map, inputs, weights }) {
    const { shape } = inputs;
    const [x, W] = [inputs, weights].map(floats);
    const products = x.map((value, i) => value * W[i]);
    const at = largest([], shape, kind === "greatest" ? x : products.map(Math.abs));
    if (kind === "greatest") {
      return grids.replaceChildren(figure(words.INPUTS, shape, x, at));
    }
    product.textContent = words.productWords(x[at], W[at]);
    grids.replaceChildren(
      figure(words.fill(words.INPUT_MAP, { map }), shape, x, at),
      "×",
      figure(words.WEIGHTS, shape, W, at),
      "=",
      figure(words.PRODUCTS, shape, products, at),
    );
  }

  /** @param {Unit} unit */
  function showTerms({ terms }) {
    product.textContent = words.productWords(terms[0].input, terms[0].weight);
    table.tBodies[0].replaceChildren(
      ...terms.map(({ at, input, weight, product: makes }) => {
        const head = make("th", { scope: "row" }, words.fill(words.VALUE, { at }));
        const cells = [input, weight, makes].map((n) => make("td", {}, words.number(n)));
        return make("tr", {}, head, ...cells);
      }),
    );
  }

  return {
    /** @param {Unit} unit  @param {string} place  its name */
    show(unit, place) {
      const { window } = unit;
      sum.textContent = `${place}: ${words.unitWords(unit)}`;
      product.textContent = "";
      grids.hidden = window === undefined;
      table.hidden = window !== undefined || unit.kind !== "sum";
      if (window !== undefined) showWindow(unit, window);
      else if (unit.kind === "sum") showTerms(unit);
      lines.textContent = unit.lines
        .map(({ python, value }) => `${python}  # ${words.number(value)}`)
        .join("\n");
    },
  };
}

/**
 * @param {string} caption
 * @param {number[]} shape  (rows, columns)
 * @param {Float32Array} values
 * @param {number} at  the one that is marked
 */
function figure(caption, [rows, columns], values, at) {
  const text = make("figcaption", {}, caption);
  if (columns > MAX_COLUMNS) {
    const canvas = make("canvas", { role: "img", "aria-label": caption });
    paint(canvas, values, layout([1, rows, columns]));
    return make("figure", {}, canvas, text);
  }
  const most = Math.max(...values.map(Math.abs));
  const cells = Array.from(values, (value) => {
    const color = colorOf(value / (most || 1));
    const cell = make("span", {}, words.brief(value));
    cell.style.backgroundColor = `rgb(${color.join(" ")})`;
    cell.style.color = textOn(color);
    return cell;
  });
  cells[at].className = "chosen";
  const grid = make("div", { class: "grid" }, ...cells);
  grid.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  return make("figure", {}, grid, text);
}
