// @ts-check
/**
 * The last step in the page: a drawing becomes 28 x 28 pixels for the network. Owns the
 * hidden 28 x 28 canvas, which keeps what was last asked about.
 */

import { paperOf, placeOf, write } from "./brush.js";
import { CANVAS, SIDE, refit } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("../worker/protocol.js").Picture} Picture */
/** @typedef {import("../worker/protocol.js").Fit} Fit */

/** @param {HTMLCanvasElement} small  28 x 28 */
export function createRasterizer(small) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = CANVAS;
  const paper = paperOf(sheet);
  const context = paperOf(small);
  context.imageSmoothingQuality = "high";

  /**
   * With fit "canvas" the strokes as they were drawn, with "digit" at normal size: the
   * pixels of a small drawing could not be brought back to that. A picture has no
   * strokes: all of its pixels are asked about, for Python to even its light, and to
   * find the digit in it. One of 28 x 28, as MNIST has them, is asked about as it is.
   * @param {Drawing} drawing
   * @param {Fit} fit
   * @returns {Picture}
   */
  return function rasterize({ strokes, picture }, fit) {
    if (picture === null) {
      write(paper, { strokes: fit === "digit" ? refit(strokes) : strokes, picture });
      context.drawImage(sheet, 0, 0, SIDE, SIDE);
      return asked(context, { x: 0, y: 0, width: SIDE, height: SIDE }, fit);
    }
    const alone = strokes.length === 0;
    if (alone && picture.width === SIDE && picture.height === SIDE) {
      context.drawImage(picture, 0, 0);
      return asked(context, { x: 0, y: 0, width: SIDE, height: SIDE }, fit);
    }
    write(paper, { strokes, picture });
    context.drawImage(sheet, 0, 0, SIDE, SIDE);
    // the paper beside it is no part of a picture, unless it was drawn upon
    return asked(paper, alone ? whole(placeOf(picture)) : SHEET, fit);
  };
}

/** @typedef {ReturnType<typeof placeOf>} Place */

/** @type {Place} */
const SHEET = { x: 0, y: 0, width: CANVAS, height: CANVAS };

/** Whole pixels, and as many as are asked about at least. @param {Place} place */
function whole({ x, y, width, height }) {
  const w = Math.max(SIDE, Math.round(width));
  const h = Math.max(SIDE, Math.round(height));
  if (w !== Math.round(width)) x = (CANVAS - w) / 2;
  if (h !== Math.round(height)) y = (CANVAS - h) / 2;
  return { x: Math.round(x), y: Math.round(y), width: w, height: h };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Place} place
 * @param {Fit} fit
 * @returns {Picture}
 */
function asked(context, { x, y, width, height }, fit) {
  const { data } = context.getImageData(x, y, width, height);
  return { pixels: data.buffer, width, height, fit };
}
