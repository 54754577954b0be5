/** Writes drawings as JSON, which read-drawing.js reads. */

import { CANVAS, PEN } from "./strokes.js";

/** @import { Drawing, Stroke } from "./strokes.js" */

/**
 * Strokes as lists of [x, y] in pixels, origin at the top left; the picture, if any, as
 * a data URL.
 * @param {Drawing} drawing
 */
export function toJson({ strokes, picture }) {
  const fields = {
    format: "nnweb-drawing",
    version: 1,
    canvas: CANVAS,
    pen: PEN,
    strokes: pairs(strokes),
    ...(picture === null ? {} : { picture: picture.toDataURL() }),
  };
  return `${JSON.stringify(fields)}\n`;
}

/** Points as [x, y]. @param {Stroke[]} strokes */
export const pairs = (strokes) =>
  strokes.map((stroke) => stroke.map(({ x, y }) => [x, y]));
