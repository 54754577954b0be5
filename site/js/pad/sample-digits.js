/** Ten sample digits, for users who cannot draw: owns #samples. */

import { decode } from "./drawing-codec.js";
import { SAMPLE } from "../text/on-demand.js";
import { DIGITS } from "../text/labels.js";
import { createLabelMenu } from "./label-menu.js";

/** @import { Stroke } from "./strokes.js" */

/** Digits 0 to 9, encoded as in links. */
const DRAWINGS = [
  "19xgxBgQ_EjBHePwCaiD8ByC-B-ByCe-DlB4D1FDrI7D7EvDVpCetBuBnB8Bd2BPuB",
  "1WxwiBwYoEhDpBJgBhBpEwLZoBQJIAJwBJpDIR",
  "1uxoagcgC9EYUyCgBoCgDdqFlFsE5FkBjDhBRnBHJ2Q3IZKnBKtBFPE",
  "1DTwbgUgE5CgBYwB6BF8D3E8DrHDrBzDuRSjF-DvHc3EzDXpEuB7CyBrByBK",
  "1hUgiBoPxBkGduBNkC0CrDiMpHnCC5CKnDG.gzBoQPyGNiCL2CIDK5CMhC",
  "1CUogBoQfsFCKTwByJtH2B0BhDgGzGiD7FhCpC9EY9D8BhCqBjB.4foQkLVRA",
  "11OozBoOzEsCCQL6BGmCgBkC0C4BgFXiFxFFpIlG3E5GyBzCoFe4D0BoBuBb",
  "1npwYgSoFLmBAqCH6BVxLkKrE8BUdwBtBoB1BYxCS5B",
  "1WnwyBwVvDpDdclB6CSyD8D6CiGIgDPlCkC3GmBjHhEtBpIsFjG8GAsDyCFoB3BD3CJ7CMb4B",
  "1vWg1Bga5CxEpBgBrC2CTyEyDoE0HfiFzHbpHhHwOrC4CLrBCzBCvBM3B",
];

/** @param {number} digit */
export const sampleDigit = (digit) => decode(DRAWINGS[digit]);

/**
 * @param {HTMLDetailsElement} menu  with a summary and an empty .labels in it
 * @param {(strokes: Stroke[]) => void} onPick
 */
export async function createSamples(menu, onPick) {
  const { offer, close } = await createLabelMenu(menu, SAMPLE, (label) => {
    close();
    onPick(sampleDigit(Number(label)));
  });
  offer(DIGITS);
}
