/**
 * Paints drawings: strokes of one width on white. The pad and the network's input are both
 * painted by it, so they look the same, unless a page chooses another colour or width.
 */

import { CANVAS, PEN } from "./strokes.js";

/** @import { Drawing, Stroke } from "./strokes.js" */

/** How the network sees drawings, whatever a page shows. */
const NETWORKS_LOOK = { ink: "black", pen: PEN };

/**
 * A 2D context whose pixels are read for every answer. Kept in memory rather than on the
 * graphics card, reading is fast and the pixels are the same on every machine.
 * @param {HTMLCanvasElement} canvas
 */
export function readableContext(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return /** @type {CanvasRenderingContext2D} */ (context);
}

/**
 * Clear the canvas, 336 units high at any size, and paint a drawing.
 * @param {CanvasRenderingContext2D} context
 * @param {Drawing} drawing
 * @param {{ink: string, pen: number}} [look]  a colour, and the width of its lines
 */
export function paintDrawing(context, { strokes, picture }, { ink, pen } = NETWORKS_LOOK) {
  const scale = context.canvas.height / CANVAS;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = "white";
  context.fillRect(0, 0, context.canvas.width / scale, CANVAS);
  if (picture !== null) paintPicture(context, picture);
  context.strokeStyle = context.fillStyle = ink;
  context.lineWidth = pen;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.length > 1) paintStroke(context, stroke);
    else if (stroke.length === 1) paintDot(context, stroke[0], pen);
  }
}

/** The box of a picture on the canvas: centred, as large as fits. */
export function pictureBox(/** @type {HTMLCanvasElement} */ { width, height }) {
  const scale = CANVAS / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  return { x: (CANVAS - w) / 2, y: (CANVAS - h) / 2, width: w, height: h };
}

/** @param {CanvasRenderingContext2D} context  @param {HTMLCanvasElement} picture */
function paintPicture(context, picture) {
  const { x, y, width, height } = pictureBox(picture);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, width, height);
}

/** @param {CanvasRenderingContext2D} context  @param {Stroke} stroke */
function paintStroke(context, stroke) {
  context.beginPath();
  tracePath(context, stroke);
  context.stroke();
}

/**
 * A smooth curve: quadratic from midpoint to midpoint, with each point as control point.
 * @param {Pick<CanvasPath, "moveTo" | "lineTo" | "quadraticCurveTo">} path
 * @param {Stroke} stroke  of at least one point
 */
export function tracePath(path, stroke) {
  const last = stroke[stroke.length - 1];
  path.moveTo(stroke[0].x, stroke[0].y);
  for (const [i, point] of stroke.slice(1, -1).entries()) {
    const next = stroke[i + 2];
    const [x, y] = [(point.x + next.x) / 2, (point.y + next.y) / 2];
    path.quadraticCurveTo(point.x, point.y, x, y);
  }
  path.lineTo(last.x, last.y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./strokes.js").Point} at
 * @param {number} pen
 */
function paintDot(context, { x, y }, pen) {
  context.beginPath();
  context.arc(x, y, pen / 2, 0, 2 * Math.PI);
  context.fill();
}
