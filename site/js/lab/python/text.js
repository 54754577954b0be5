// @ts-check
/** Texts of the Python panel. Pure. */

import * as say from "../../say/python.js";
import { fill, LOCALE, reasonOf, stageWords, whole } from "../../text/page.js";

export * from "../../say/python.js";
export { reasonOf, stageWords };

/** @typedef {import("./client.js").Call} Call */
/** @typedef {import("./client.js").Shown} Shown */

/** @param {number} seconds */
export const endless = (seconds) => fill(say.ENDLESS, { seconds });

/** @param {unknown} error */
export const notHere = (error) =>
  fill(say.NOT_HERE, { reason: reasonOf(error) });

/** @param {string[]} changed  functions by name, and "network" */
export const changedWords = (changed) =>
  fill(say.CHANGED, { names: new Intl.ListFormat(LOCALE).format(changed) });

/** @param {number[]} shape */
const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");

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

/** @param {string} name  of a function */
export const sourceOf = (name) => fill(say.SOURCE, { name });

/** @param {string} name */
export const calledBy = (name) => fill(say.CALLED_BY, { name });
/** @param {string} name  @param {number[]} place  @param {number} value */
export const numberWords = (name, place, value) =>
  fill(say.NUMBER, { name, place: place.join(", "), value: +value.toPrecision(6) });

/** @param {string} name */
export const yourText = (name) => fill(say.YOUR_TEXT, { name });

/** @param {string[]} names */
export const suggested = (names) => names.join("  ");

/** @param {number} count  of characters */
export const notShown = (count) =>
  fill(say.NOT_SHOWN, { count: whole.format(count) });

/** @param {number} loaded  @param {number} total  bytes */
export const wholeWords = (loaded, total) => stageWords("whole", loaded, total);
