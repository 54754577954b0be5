// @ts-check
/**
 * The last step in the page: a drawing becomes 28 x 28 pixels for the network. Owns the
 * hidden 28 x 28 canvas, which keeps what was last asked about.
 */

import { paperOf, write } from "./pen.js";
import { CANVAS, refit } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {import("./protocol.js").Fit} Fit */

const SIDE = 28;

/** @param {HTMLCanvasElement} small  28 x 28 */
export function createRasteriser(small) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = CANVAS;
  const paper = paperOf(sheet);
  const context = paperOf(small);
  context.imageSmoothingQuality = "high";

  /**
   * With fit "canvas" the strokes as they were drawn, with "digit" at normal size: the
   * pixels of a small drawing could not be brought back to that.
   * @param {Stroke[]} strokes
   * @param {Fit} fit
   * @returns {Picture}
   */
  return function rasterise(strokes, fit) {
    write(paper, fit === "digit" ? refit(strokes) : strokes);
    context.drawImage(sheet, 0, 0, SIDE, SIDE);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    return { pixels: data.buffer, width: SIDE, height: SIDE, fit };
  };
}
