/** Paints 28 x 28 grayscale images, as networks see them, on a canvas. */

import { SIDE } from "../pad/strokes.js";

/** @typedef {number[]} Color  RGB, 0 to 255 each */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} image  SIDE * SIDE bytes, row-major: 0 background ... 255 ink
 * @param {{background: Color, ink: Color}} colors
 */
export function paintGray(canvas, image, colors) {
  // setting the size clears the canvas, even if it is the same
  if (canvas.width !== SIDE || canvas.height !== SIDE) canvas.width = canvas.height = SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const imageData = context.createImageData(SIDE, SIDE);
  const { data } = imageData;
  for (let i = 0; i < image.length; i += 1) {
    for (let c = 0; c < 3; c += 1) {
      const from = colors.background[c];
      data[4 * i + c] = from + ((colors.ink[c] - from) * image[i]) / 255;
    }
    data[4 * i + 3] = 255;
  }
  context.putImageData(imageData, 0, 0);
}

/**
 * A canvas that shows an MNIST image, as black ink on white.
 * @param {Uint8Array} image  784 bytes, row-major: 0 background ... 255 ink
 */
export function canvasOf(image) {
  const canvas = document.createElement("canvas");
  paintGray(canvas, image, { background: [255, 255, 255], ink: [0, 0, 0] });
  return canvas;
}
