// @ts-check
/** All that is said of the steps of the preparation, in English. Pure. */

import { LOCALE, whole } from "../words.js";

const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
});

export const STEPS = {
  lead:
    "Each step can be left out; the answer above is then what the network makes of " +
    "the rest.",
  tiles: "Steps of the preparation",
  all: "All steps",
  none: "No step at all",
};

/** Each picture on the way: its name, what is done. @type {Record<string, {name: string, text: string}>} */
export const TILES = {
  drawn: { name: "Drawn", text: "336 by 336 pixels" },
  size: { name: "Brought to size", text: "its longer side 20 of 28 pixels" },
  average: { name: "28 by 28", text: "each pixel the mean of 144" },
  threshold: { name: "Black or white", text: "no greys, no dirt" },
  centre: { name: "Centred by its mass", text: "what the network sees" },
};

/** @param {string} step  @param {boolean} there */
export const tileLabel = (step, there) =>
  there ? TILES[step].name : `${TILES[step].name}: left out`;

/** @param {number} share  right without the step */
export const withoutIt = (share) => `without it ${tenths.format(share)} right`;

/**
 * @param {string} name  of the network
 * @param {number} digits
 * @param {number} all  share that is right with every step
 * @param {number} none
 */
export const measuredWords = (name, digits, all, none) =>
  `Of ${whole.format(digits)} digits drawn by pen, at any size and place, ${name} reads ` +
  `${tenths.format(all)} right with every step, and ${tenths.format(none)} with none.`;

export const NOT_MEASURED = "How much each step is worth to this network was not measured.";

/** Beside the answer, where there is little room. @param {number} count  left out */
export const shortOf = (count) => `without ${count === 1 ? "a step" : `${count} steps`}`;

/** @param {string[]} steps  that are left out */
export const leftOut = (steps) =>
  steps.length === 0
    ? "Every step is done."
    : `Left out: ${steps.map((step) => TILES[step].name.toLowerCase()).join(", ")}.`;
