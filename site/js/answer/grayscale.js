// @ts-check
/** Paints 28 x 28 grey images, as networks see them, on a canvas. */

import { SIDE } from "../pad/strokes.js";

/** @typedef {number[]} Colour  RGB, 0 to 255 each */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} ink  SIDE * SIDE bytes, row-major: 0 paper ... 255 ink
 * @param {{paper: Colour, ink: Colour}} colours
 */
export function paintGreys(canvas, ink, colours) {
  // setting the size clears the canvas, even if it is the same
  if (canvas.width !== SIDE || canvas.height !== SIDE) canvas.width = canvas.height = SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(SIDE, SIDE);
  const { data } = image;
  for (let i = 0; i < ink.length; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      const from = colours.paper[c];
      data[4 * i + c] = from + ((colours.ink[c] - from) * ink[i]) / 255;
    }
    data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * An image of MNIST as a picture for the pad: black ink on white.
 * @param {Uint8Array} ink  784 bytes, row-major: 0 paper ... 255 ink
 */
export function pictureOf(ink) {
  const canvas = document.createElement("canvas");
  paintGreys(canvas, ink, { paper: [255, 255, 255], ink: [0, 0, 0] });
  return canvas;
}
