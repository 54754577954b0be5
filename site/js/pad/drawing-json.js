/** Writes drawings as JSON, which read-drawing.js reads. */

import { CANVAS, PEN } from "./strokes.js";

/** @import { Drawing, Fixed, Stroke } from "./strokes.js" */

/**
 * Strokes as lists of [x, y] in pixels, origin at the top left; the picture, if any, as
 * a data URL; of corrected characters the strokes by their indices.
 * @param {Drawing} drawing
 */
export function toJson({ strokes, picture, fixed = [] }) {
  const corrections = withIndices(fixed, strokes);
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

/** Corrections of strokes that are there, by their indices. @param {Fixed[]} fixed  @param {Stroke[]} strokes */
export const withIndices = (fixed, strokes) =>
  fixed
    .map((one) => ({ ...one, strokes: one.strokes.map((stroke) => strokes.indexOf(stroke)) }))
    .filter((one) => !one.strokes.includes(-1));

/** Points as [x, y]. @param {Stroke[]} strokes */
export const pairs = (strokes) =>
  strokes.map((stroke) => stroke.map(({ x, y }) => [x, y]));
