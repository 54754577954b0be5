/** Keeps corrected characters of a number with the drawings that teach the network. */

import * as drawings from "../lab/teach/drawings.js";
import * as words from "../lab/teach/text.js";

/** @import { Stroke } from "../pad/strokes.js" */

let last = Promise.resolve(""); // one at a time: each looks for those before it

/**
 * Returns what became of it, as a sentence, or "" if it is no digit: signs are not taught.
 * @param {Stroke[]} strokes  on the square canvas
 * @param {string} text  the right label, which replaces an earlier one of the same strokes
 */
export function keepCorrection(strokes, text) {
  last = last.then(() => keep(strokes, text));
  return last;
}

/** @param {Stroke[]} strokes  @param {string} text */
async function keep(strokes, text) {
  try {
    await drawings.load();
    const ink = JSON.stringify(strokes);
    const earlier = drawings.all().filter((one) => JSON.stringify(one.strokes) === ink);
    if (earlier.length > 0) await drawings.remove(earlier);
    if (!/^\d$/.test(text)) return "";
    await drawings.add([drawings.labelled({ strokes, picture: null }, text)]);
    return words.noted(text, drawings.storageError() === null);
  } catch (error) {
    return words.sentenceOf(error);
  }
}
