/** Texts of the Python panel. Pure. */

import * as say from "../../say/python.js";
import { because, fill, LOCALE, reasonOf, sizes, stageWords } from "../text.js";

export * from "../../say/python.js";
export { because, fill, reasonOf, stageWords };

/** @import { Call, Shown } from "./client.js" */

const list = new Intl.ListFormat(LOCALE);

/** @param {string[]} changed  functions by name, and "network" */
export const changedWords = (changed) =>
  fill(say.CHANGED, { names: list.format(changed) });

/** @param {string[]} unfit  keys of edits, "" if there are none  @param {string} network */
export function unfitWords(unfit, network) {
  const names = unfit.map((key) => key.slice(key.indexOf(":") + 1));
  return names.length === 0 ? "" : fill(say.UNFIT, { names: list.format(names), network });
}

/** The second line of a call's entry. @param {Call} call */
export function callWords({ layer, shape, edited }) {
  const parts = [];
  if (layer > 0) parts.push(fill(say.LAYER, { layer }));
  if (shape.length > 1) parts.push(fill(say.GIVES, { sizes: sizes(shape.slice(1)) }));
  if (edited) parts.push(say.EDITED);
  return parts.join(" \u00b7 ");
}

/** @param {Shown} shown */
export const whereWords = ({ file, first, edited }) =>
  edited ? say.YOU_WROTE : fill(say.WHERE, { file, first });

/** @param {number} value  @param {number} [digits]  significant */
const short = (value, digits = 3) => String(+value.toPrecision(digits));

/** @param {string} name  @param {number[]} place  @param {number} value */
export const numberWords = (name, place, value) =>
  fill(say.NUMBER, { name, place: place.join(", "), value: short(value, 6) });

/** @param {number[]} shape  (N, H, W), or (count,)  @param {number} low  @param {number} high */
export function imageWords(shape, low, high) {
  const range = { low: short(low), high: short(high) };
  const [count, H, W] = shape;
  if (shape.length === 1) return fill(say.VECTOR, { count, ...range });
  const values = { count, sizes: sizes([H, W]), ...range };
  return fill(count === 1 ? say.IMAGE : say.IMAGES, values);
}

/** @param {number[]} values  @param {string[]} labels */
export function chartWords(values, labels) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const at = values.indexOf(high);
  const label = labels[at] ?? String(at);
  return fill(say.CHART, { count: values.length, low: short(low), high: short(high), label });
}
