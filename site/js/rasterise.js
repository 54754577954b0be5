// @ts-check
/**
 * The last step in the page: a drawing becomes 28 x 28 pixels for the network. Owns the
 * hidden 28 x 28 canvas, which keeps what was last asked about.
 */

import { paperOf, write } from "./pen.js";
import { CANVAS, SIDE, refit } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {import("./protocol.js").Fit} Fit */

/** @param {HTMLCanvasElement} small  28 x 28 */
export function createRasteriser(small) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = CANVAS;
  const paper = paperOf(sheet);
  const context = paperOf(small);
  context.imageSmoothingQuality = "high";

  /**
   * With fit "canvas" the strokes as they were drawn, with "digit" at normal size: the
   * pixels of a small drawing could not be brought back to that. A picture has no
   * strokes: with "digit" all of its pixels are asked about, for the crop to find the
   * digit in them. One of 28 x 28, as MNIST has them, is asked about as it is.
   * @param {Drawing} drawing
   * @param {Fit} fit
   * @returns {Picture}
   */
  return function rasterise({ strokes, picture }, fit) {
    if (strokes.length === 0 && picture?.width === SIDE && picture.height === SIDE) {
      context.drawImage(picture, 0, 0);
      return { pixels: pixelsOf(context, SIDE), width: SIDE, height: SIDE, fit };
    }
    const redrawn = fit === "digit" && picture === null;
    write(paper, { strokes: redrawn ? refit(strokes) : strokes, picture });
    context.drawImage(sheet, 0, 0, SIDE, SIDE);
    const [source, side] =
      fit === "digit" && picture !== null ? [paper, CANVAS] : [context, SIDE];
    return { pixels: pixelsOf(source, side), width: side, height: side, fit };
  };
}

/** @param {CanvasRenderingContext2D} context  @param {number} side */
const pixelsOf = (context, side) => context.getImageData(0, 0, side, side).data.buffer;
