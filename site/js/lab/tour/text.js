/** Texts of the guided tour. Pure. */

import * as say from "../../say/tour.js";
import { because, fill, number, sentenceOf, sizes } from "../text.js";

export * from "../../say/tour.js";
export { because, fill, number, sentenceOf };

/** @import { Moved, Verdict } from "./client.js" */

// --- pixels

/** @param {number} row  @param {number} column  @param {number} grey */
export function pixelWords(row, column, grey) {
  const phrase = { 0: say.PIXEL_BLACK, 255: say.PIXEL_PAPER }[grey] ?? say.PIXEL;
  return fill(phrase, { row, column, grey });
}

/** @param {number} fraction */
const percents = (fraction) => fill(say.PERCENT, { number: number(fraction * 100) });

// --- layers, softmax

/** @param {{shape: number[], learned: number}} layer  @param {number[]} before */
export const layerWords = ({ shape, learned }, before) =>
  fill(learned === 0 ? say.LAYER_UNLEARNED : say.LAYER, {
    before: sizes(before),
    after: sizes(shape),
    learned,
  });

/** @param {boolean} sigmoid  @param {number} temperature */
export function softmaxWords(sigmoid, temperature) {
  if (sigmoid) return say.SHARES;
  if (temperature === 1) return say.SOFTMAX;
  return fill(say.SOFTMAX_AT, { temperature: number(temperature) });
}

// --- loss, descent

/** @param {string} label  @param {Verdict} verdict */
export const lossOf = (label, { loss, probability }) =>
  fill(say.LOSS_OF, { label, loss: number(loss), probability: number(probability) });

/** @param {Verdict} verdict  @param {string[]} labels */
export const verdictCells = ({ loss, probability, answer }, labels) => [
  number(loss),
  percents(probability),
  labels[answer],
];

/** @param {number} steps  @param {Verdict} before  @param {Verdict} after */
export function steppedWords(steps, before, after) {
  if (steps === 0) return say.UNSTEPPED;
  const phrase = after.loss > before.loss ? say.STEPPED_TOO_FAR : say.STEPPED;
  return fill(phrase, {
    steps,
    before: number(before.loss),
    after: number(after.loss),
  });
}

/** @param {Moved} moved */
export function weightName({ layer, name, key, at }) {
  if (key === "b") return fill(say.BIAS, { name, layer, to: at[0] });
  if (at.length === 2) return fill(say.WEIGHT, { name, layer, from: at[0], to: at[1] });
  return fill(say.KERNEL, { name, layer, to: at[0], from: at.slice(1).join(" ") });
}

/** @param {Moved} moved */
export const weightCells = ({ from, to }) => [number(from), number(to)];
