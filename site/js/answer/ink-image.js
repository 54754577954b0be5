// @ts-check
/** A digit of MNIST's kind as a picture to lay on the paper. */

import { paintGreys } from "./grayscale.js";

/** Black ink on white. */
const ON_PAPER = { paper: [255, 255, 255], ink: [0, 0, 0] };

/** @param {Uint8Array} ink  784 bytes, row by row: 0 paper ... 255 ink */
export function pictureOf(ink) {
  const canvas = document.createElement("canvas");
  paintGreys(canvas, ink, ON_PAPER);
  return canvas;
}
