// @ts-check
/** Pictures of 28 x 28 greys, which is what the networks see, painted on a canvas. */

import { SIDE } from "../pad/strokes.js";

/** @typedef {number[]} Colour  RGB, 0 to 255 each */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} ink  SIDE * SIDE bytes, row by row: 0 paper ... 255 ink
 * @param {{paper: Colour, ink: Colour}} colours
 */
export function paintGreys(canvas, ink, colours) {
  // to set it, though to the same, is to make the canvas anew
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
