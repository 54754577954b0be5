// @ts-check
/**
 * The pen: black ink of one width on white paper. The pad that is drawn on and the sheet
 * that is redrawn for the network are both written with it, so they look the same.
 */

import { CANVAS, PEN } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * The context of a canvas whose pixels are read at every answer: kept in memory rather
 * than on the graphics card, that is quick, and the same pixels on every machine.
 * @param {HTMLCanvasElement} canvas
 */
export function paperOf(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return /** @type {CanvasRenderingContext2D} */ (context);
}

/**
 * Wipe the paper, 336 x 336, and write `strokes` on it.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes
 */
export function write(context, strokes) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "white";
  context.fillRect(0, 0, CANVAS, CANVAS);
  context.strokeStyle = context.fillStyle = "black";
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.length > 1) line(context, stroke);
    else if (stroke.length === 1) dot(context, stroke[0]);
  }
}

/**
 * Through the points smoothly: from the middle of each step to the middle of the next,
 * with the point between them pulling.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 */
function line(context, stroke) {
  const [first, ...rest] = stroke;
  const last = rest[rest.length - 1];
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const [i, point] of rest.slice(0, -1).entries()) {
    const next = rest[i + 1];
    const [x, y] = [(point.x + next.x) / 2, (point.y + next.y) / 2];
    context.quadraticCurveTo(point.x, point.y, x, y);
  }
  context.lineTo(last.x, last.y);
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context  @param {import("./strokes.js").Point} at */
function dot(context, { x, y }) {
  context.beginPath();
  context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
  context.fill();
}
