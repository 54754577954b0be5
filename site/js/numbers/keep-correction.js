/** Keeps a corrected character of a number with the drawings that teach the network. */

import * as drawings from "../lab/teach/drawings.js";
import * as words from "../lab/teach/text.js";

/**
 * Returns what became of it, as a sentence.
 * @param {import("../pad/strokes.js").Stroke[]} strokes  on the square canvas
 * @param {string} label
 */
export async function keepCorrection(strokes, label) {
  try {
    await drawings.add([drawings.labelled({ strokes, picture: null }, label)]);
    return words.noted(label, drawings.storageError() === null);
  } catch (error) {
    return words.sentenceOf(error);
  }
}
