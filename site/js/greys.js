// @ts-check
/** Pictures of 28 x 28 greys, which is what the networks see, painted on a canvas. */

import { SIDE } from "./strokes.js";

/** @typedef {number[]} Colour  RGB, 0 to 255 each */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} ink  SIDE * SIDE bytes, row by row: 0 paper ... 255 ink
 * @param {{paper: Colour, ink: Colour}} colours
 */
export function paintGreys(canvas, ink, colours) {
  canvas.width = canvas.height = SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(SIDE, SIDE);
  ink.forEach((amount, i) => {
    const mix = colours.paper.map((from, c) => from + ((colours.ink[c] - from) * amount) / 255);
    image.data.set([...mix, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}
