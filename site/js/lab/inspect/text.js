/** Texts of the Inspect panel. Pure. */

import * as say from "../../say/inspect.js";
import { because, fill, LOCALE, number, sizes } from "../text.js";

export * from "../../say/inspect.js";
export { because, fill, number, sizes };

const hundredths = new Intl.NumberFormat(LOCALE, {
  maximumFractionDigits: 2,
  signDisplay: "negative", // no "-0"
});

/** A number where there is little space. @param {number} value */
export const brief = (value) => hundredths.format(value);

/** @import { Change, Unit } from "./protocol.js" */
/** @import { Stage } from "./stages.js" */

/** @param {readonly number[]} shape */
const count = (shape) => shape.reduce((product, size) => product * size, 1);

/** What a stage is called and what it does. @param {Stage} stage */
export function stageTexts({ kind, names, shape, before, window }) {
  const { name, what } = say.STAGES[kind];
  const maps = kind === "shapes" ? before[0] : count(before);
  const values = { layer: names[0], count: shape[0], before: maps, window: sizes(window) };
  return { name: fill(name, values), what: fill(what, values) };
}

/** The layers of a stage, in the field's terms. @param {Stage} stage */
export const layersWords = ({ names, shape, learned }) =>
  fill(learned === 0 ? say.LAYERS : say.LAYERS_LEARNED, {
    names: names.join(", "),
    sizes: sizes(shape),
    learned,
  });

/**
 * The map and the pixel, or the value, that a place names; as many as it has.
 * @param {number[]} place  as of readPlace
 * @param {number[]} shape
 */
export function placeParts([map, row, column], shape) {
  if (map === undefined) return [];
  if (shape.length === 1) return [fill(say.VALUE, { at: map })];
  const first = fill(say.MAP, { map });
  return column === undefined ? [first] : [first, fill(say.PIXEL, { row, column })];
}

/** A number with its sign, to be added. @param {number} value */
const signed = (value) => `${value < 0 ? "\u2212" : "+"} ${number(Math.abs(value))}`;

/** The sum of one unit, written out. @param {Unit} unit */
export function unitWords({ kind, value, bias, count: all, terms, rest, window, lines }) {
  if (kind === "each") {
    return fill(say.EACH, { input: number(terms[0].input), value: number(value) });
  }
  if (kind === "greatest") {
    return fill(say.GREATEST, { count: all, value: number(value) });
  }
  const listed = terms.reduce((total, { product }) => total + product, 0);
  const part = window === undefined ? listed : window.sum;
  const shown = window === undefined ? terms.length : count(window.inputs.shape);
  const sum = fill(shown === all ? say.SUM : say.SUM_OTHERS, {
    part: number(part),
    others: signed(listed + rest - part),
    bias: signed(bias),
    value: number(value),
  });
  const after = lines.slice(1).map((line) =>
    fill(say.THEN, { layer: line.layer, value: number(line.value) }),
  );
  return [sum, ...after].join(" ");
}

/** @param {number} input  @param {number} weight */
export const productWords = (input, weight) =>
  fill(say.PRODUCT, {
    input: number(input),
    weight: number(weight),
    product: number(input * weight),
  });

/** @param {Change} change  @param {string} label */
export const changeWords = ({ found, squares }, label) =>
  found ? fill(say.CHANGED, { label, sum: number(squares) }) : say.NOT_CHANGED;
