/** Texts of the Python panel. Pure. */

import * as say from "../../say/python.js";
import { because, fill, LOCALE, reasonOf, sizes, stageWords } from "../text.js";

export * from "../../say/python.js";
export { because, fill, reasonOf, stageWords };

/** @import { Call, Shown } from "./client.js" */

/** @param {string[]} changed  functions by name, and "network" */
export const changedWords = (changed) =>
  fill(say.CHANGED, { names: new Intl.ListFormat(LOCALE).format(changed) });

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

/** @param {string} name  @param {number[]} place  @param {number} value */
export const numberWords = (name, place, value) =>
  fill(say.NUMBER, { name, place: place.join(", "), value: String(+value.toPrecision(6)) });
