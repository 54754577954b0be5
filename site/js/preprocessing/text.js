// @ts-check
/** All that is said of the steps of the preparation. Pure. */

import * as say from "../say/steps.js";
import { LOCALE, fill, whole } from "../text/page.js";

export * from "../say/steps.js";

const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
});

/** @type {Record<string, string>} */
const names = say.NAMES;
/** @type {Record<string, string>} */
const texts = say.TEXTS;

/** The name of a picture on the way, and what was done. @param {string} step */
export const tileWords = (step) => ({ name: names[step], text: texts[step] });

/** @param {number} share  right without the step */
export const withoutIt = (share) =>
  fill(say.WITHOUT_IT, { share: tenths.format(share) });

/**
 * @param {string} name  of the network
 * @param {number} digits
 * @param {number} all  share that is right with every step
 * @param {number} none
 */
export const measuredWords = (name, digits, all, none) =>
  fill(say.MEASURED, {
    name,
    count: whole.format(digits),
    all: tenths.format(all),
    none: tenths.format(none),
  });

/** Beside the answer, where there is little room. @param {number} count  left out */
export const shortOf = (count) =>
  count === 1 ? say.WITHOUT_ONE : fill(say.WITHOUT, { count });

/** @param {string[]} steps  that are left out */
export const leftOut = (steps) =>
  steps.length === 0
    ? say.ALL_DONE
    : fill(say.LEFT_OUT, { steps: steps.map((step) => names[step]).join(", ") });
