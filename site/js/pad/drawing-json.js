/** Writes drawings as JSON, which read-drawing.js reads. */

import { CANVAS, PEN } from "./strokes.js";

/** @import { Drawing, Stroke } from "./strokes.js" */

/**
 * Strokes as lists of [x, y] in pixels, origin at the top left; the picture, if any, as
 * a data URL; of corrected characters the strokes by their indices.
 * @param {Drawing} drawing
 */
export function toJson({ strokes, picture, fixed = [] }) {
  const corrections = fixed
    .map((one) => ({ ...one, strokes: one.strokes.map((stroke) => strokes.indexOf(stroke)) }))
    .filter((one) => !one.strokes.includes(-1)); // of strokes that are there no longer
  const fields = {
    format: "nnweb-drawing",
    version: 1,
    canvas: CANVAS,
    pen: PEN,
    strokes: pairs(strokes),
    ...(picture === null ? {} : { picture: picture.toDataURL() }),
    ...(corrections.length === 0 ? {} : { fixed: corrections }),
  };
  return `${JSON.stringify(fields)}\n`;
}

/** Points as [x, y]. @param {Stroke[]} strokes */
export const pairs = (strokes) =>
  strokes.map((stroke) => stroke.map(({ x, y }) => [x, y]));
