/**
 * Rasterizes a drawing to the pixels that are sent to Python. Owns the hidden 28 x 28
 * canvas, which keeps the last ones.
 */

import { paintDrawing, pictureBox, readableContext } from "./paint-drawing.js";
import { CANVAS, SIDE, refit } from "./strokes.js";

/** @import { Drawing } from "./strokes.js" */
/** @import { Picture, Fit } from "../worker/protocol.js" */

/** @param {HTMLCanvasElement} scaled  28 x 28 */
export function createRasterizer(scaled) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = CANVAS;
  const context = readableContext(canvas);
  const scaledContext = readableContext(scaled);
  scaledContext.imageSmoothingQuality = "high";

  /**
   * Strokes are refitted with fit "digit", since scaling up the pixels of a small drawing
   * would blur it. Of a picture all pixels are sent, for Python to correct its lighting and
   * find the digit; one of 28 x 28, such as MNIST's, is sent unchanged.
   * @param {Drawing} drawing
   * @param {Fit} fit
   * @returns {Picture}
   */
  return function rasterize({ strokes, picture }, fit) {
    if (picture === null) {
      paintDrawing(context, { strokes: fit === "digit" ? refit(strokes) : strokes, picture });
      scaledContext.drawImage(canvas, 0, 0, SIDE, SIDE);
      return pixelsOf(scaledContext, { x: 0, y: 0, width: SIDE, height: SIDE }, fit);
    }
    const isPictureOnly = strokes.length === 0;
    if (isPictureOnly && picture.width === SIDE && picture.height === SIDE) {
      scaledContext.drawImage(picture, 0, 0);
      return pixelsOf(scaledContext, { x: 0, y: 0, width: SIDE, height: SIDE }, fit);
    }
    paintDrawing(context, { strokes, picture });
    scaledContext.drawImage(canvas, 0, 0, SIDE, SIDE);
    // leave out the margins around a picture, unless something is drawn on it
    const box = isPictureOnly ? wholePixels(pictureBox(picture)) : WHOLE_CANVAS;
    return pixelsOf(context, box, fit);
  };
}

/** @typedef {ReturnType<typeof pictureBox>} Box */

/** @type {Box} */
const WHOLE_CANVAS = { x: 0, y: 0, width: CANVAS, height: CANVAS };

/** Round to pixels, at least SIDE in each direction. @param {Box} box */
function wholePixels({ x, y, width, height }) {
  const w = Math.max(SIDE, Math.round(width));
  const h = Math.max(SIDE, Math.round(height));
  if (w !== Math.round(width)) x = (CANVAS - w) / 2;
  if (h !== Math.round(height)) y = (CANVAS - h) / 2;
  return { x: Math.round(x), y: Math.round(y), width: w, height: h };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Fit} fit
 * @returns {Picture}
 */
function pixelsOf(context, { x, y, width, height }, fit) {
  const { data } = context.getImageData(x, y, width, height);
  return { pixels: data.buffer, width, height, fit };
}
