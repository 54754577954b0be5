/** Texts of the guided tour. Pure. */

import * as say from "../../say/tour.js";
import { because, fill, LOCALE, number, sentenceOf, sizes, tenths } from "../text.js";

export * from "../../say/tour.js";
export { because, fill, number, sentenceOf };

/** @import { Moved, Verdict } from "./client.js" */

// --- pixels

/** @param {number} row  @param {number} column  @param {number} grey */
export function pixelWords(row, column, grey) {
  const phrase = { 0: say.PIXEL_BLACK, 255: say.PIXEL_PAPER }[grey] ?? say.PIXEL;
  return fill(phrase, { row, column, grey });
}

// --- digits

/** @param {number} value  @param {number} count  of significant digits */
const rounded = (value, count) =>
  (value === 0 ? 0 : value).toLocaleString(LOCALE, { maximumSignificantDigits: count });

const logits = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** As exact as the slider: points of a column are below each other. @param {number} value */
export const logitWords = (value) => logits.format(value);

/** Value times a power of ten, such as "8.3 × 10⁻¹²". @param {number} value */
function scientific(value) {
  const [digits, power] = value.toExponential(2).split("e");
  const raised = power.replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)] ?? "");
  return `${rounded(Number(digits), 3)} × 10${raised}`;
}

/** Losses below this are called 0, and probabilities below it have a power of ten. */
const TINY = 1e-12;

/**
 * A loss, and the probability that it is minus the logarithm of, with as many digits as
 * make that true.
 * @param {number} loss  in nats
 */
export function lossWords(loss) {
  if (loss < TINY) return { loss: "0", probability: "1" };
  const probability = Math.exp(-loss);
  if (probability === 0) return { loss: rounded(loss, 3), probability: "< 10⁻³⁰⁰" };
  const isTrue = (/** @type {number} */ count) =>
    (-Math.log(Number(probability.toPrecision(count)))).toPrecision(3) === loss.toPrecision(3);
  let count = 2;
  while (count < 17 && !isTrue(count)) count += 1;
  const text = probability < TINY ? scientific(probability) : rounded(probability, count);
  return { loss: rounded(loss, 3), probability: text };
}

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

const [MOST, LEAST] = [0.9995, 0.0005]; // what tenths of a percent can tell from 1 and 0

/** Never as 0 % or 100 %, which no softmax gives. @param {number} probability */
export function shareWords(probability) {
  if (probability >= MOST) return `> ${tenths.format(0.999)}`;
  return probability < LEAST ? `< ${tenths.format(0.001)}` : tenths.format(probability);
}

// --- loss, descent

/** @param {string} label  @param {Verdict} verdict */
export const lossOf = (label, { loss }) => fill(say.LOSS_OF, { label, ...lossWords(loss) });

/** @param {Verdict} verdict  @param {string[]} labels */
export function verdictCells({ loss, answer }, labels) {
  const texts = lossWords(loss);
  return [texts.loss, texts.probability, labels[answer]];
}

/** @param {number} steps  @param {Verdict} before  @param {Verdict} after */
export function steppedWords(steps, before, after) {
  if (steps === 0) return say.UNSTEPPED;
  const losses = { before: lossWords(before.loss).loss, after: lossWords(after.loss).loss };
  if (losses.before === losses.after) return fill(say.UNMOVED, { steps, ...losses });
  const phrase = after.loss > before.loss ? say.STEPPED_TOO_FAR : say.STEPPED;
  return fill(phrase, { steps, ...losses });
}

/** @param {Moved} moved */
export function weightName({ layer, name, key, at }) {
  if (key === "b") return fill(say.BIAS, { name, layer, to: at[0] });
  if (at.length === 2) return fill(say.WEIGHT, { name, layer, from: at[0], to: at[1] });
  return fill(say.KERNEL, { name, layer, to: at[0], from: at.slice(1).join(" ") });
}

/** With as many digits as show the difference. @param {Moved} moved */
export function weightCells({ from, to }) {
  let count = 4;
  while (count < 9 && rounded(from, count) === rounded(to, count)) count += 1;
  const digits = { minimumSignificantDigits: count, maximumSignificantDigits: count };
  return [from, to].map((value) => value.toLocaleString(LOCALE, digits));
}
