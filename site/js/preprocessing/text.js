/** Texts of the preprocessing steps. Pure. */

import * as say from "../say/steps.js";
import { fill, tenths } from "../text/page.js";

export * from "../say/steps.js";

export { fill, tenths };

/**
 * @param {string} name  of the network
 * @param {number} digits
 * @param {number} all  share recognized with every step
 * @param {number} none  with no step
 */
export const measuredWords = (name, digits, all, none) =>
  fill(say.MEASURED, {
    name,
    count: digits,
    all: tenths.format(all),
    none: tenths.format(none),
  });

/** Short, for the line next to the answer. @param {number} count */
export const skippedNote = (count) =>
  count === 1 ? say.WITHOUT_ONE : fill(say.WITHOUT, { count });

/** @param {string[]} steps */
export const skippedWords = (steps) =>
  steps.length === 0
    ? say.ALL_DONE
    : fill(say.LEFT_OUT, { steps: steps.map((step) => say.NAMES[step]).join(", ") });
