// @ts-check
/**
 * The pen: black ink of one width on white paper. The pad that is drawn on and the sheet
 * that is redrawn for the network are both written with it, so they look the same.
 */

import { CANVAS, PEN } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
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
 * Wipe the paper, 336 x 336 units on a canvas of any size, and put a drawing on it.
 * @param {CanvasRenderingContext2D} context
 * @param {Drawing} drawing
 */
export function write(context, { strokes, picture }) {
  const scale = context.canvas.width / CANVAS;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = "white";
  context.fillRect(0, 0, CANVAS, CANVAS);
  if (picture !== null) lay(context, picture);
  context.strokeStyle = context.fillStyle = "black";
  context.lineWidth = PEN;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.length > 1) line(context, stroke);
    else if (stroke.length === 1) dot(context, stroke[0]);
  }
}

/** Where a picture lies on the paper: whole, as large as may be, in the middle. */
export function placeOf(/** @type {HTMLCanvasElement} */ { width, height }) {
  const scale = CANVAS / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (CANVAS - w) / 2, y: (CANVAS - h) / 2, width: w, height: h };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} picture
 */
function lay(context, picture) {
  const { x, y, width, height } = placeOf(picture);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, width, height);
}

/** @param {CanvasRenderingContext2D} context  @param {Stroke} stroke */
function line(context, stroke) {
  context.beginPath();
  trace(context, stroke);
  context.stroke();
}

/**
 * Through the points smoothly: from the middle of each step to the middle of the next,
 * with the point between them pulling.
 * @param {Pick<CanvasPath, "moveTo" | "lineTo" | "quadraticCurveTo">} path
 * @param {Stroke} stroke  of at least one point
 */
export function trace(path, stroke) {
  const last = stroke[stroke.length - 1];
  path.moveTo(stroke[0].x, stroke[0].y);
  for (const [i, point] of stroke.slice(1, -1).entries()) {
    const next = stroke[i + 2];
    const [x, y] = [(point.x + next.x) / 2, (point.y + next.y) / 2];
    path.quadraticCurveTo(point.x, point.y, x, y);
  }
  path.lineTo(last.x, last.y);
}

/** @param {CanvasRenderingContext2D} context  @param {import("./strokes.js").Point} at */
function dot(context, { x, y }) {
  context.beginPath();
  context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
  context.fill();
}
