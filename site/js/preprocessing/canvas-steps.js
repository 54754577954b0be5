/** The preprocessing steps done by the page: size, and scaling from 336 to 28 pixels. */

import { readableContext, paintDrawing } from "../pad/paint-drawing.js";
import { CANVAS, PEN, SIDE, boundingBox, refit } from "../pad/strokes.js";

/** @import { Picture } from "../worker/protocol.js" */
/** @import { Drawing, Stroke } from "../pad/strokes.js" */

/** Canvas pixels per input pixel. */
const CELL = CANVAS / SIDE;

/** @param {(drawing: Drawing) => Picture} rasterize  with every step */
export function createCanvasSteps(rasterize) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = CANVAS;
  const context = readableContext(canvas);
  const scaled = document.createElement("canvas");
  scaled.width = scaled.height = SIDE;
  const scaledContext = readableContext(scaled);
  scaledContext.imageSmoothingQuality = "high";

  return {
    /** The drawing before it was last scaled. */
    canvas,
    /**
     * The image to send to Python, which refits pictures: they have no strokes.
     * @param {Drawing} drawing
     * @param {Set<string>} skipped  steps
     * @returns {Picture}
     */
    image(drawing, skipped) {
      const { strokes, picture } = drawing;
      paintDrawing(context, { strokes: sized(strokes, picture !== null, skipped), picture });
      if (picture !== null) return rasterize(drawing);
      if (skipped.has("average")) sample();
      else scaledContext.drawImage(canvas, 0, 0, SIDE, SIDE);
      const { data } = scaledContext.getImageData(0, 0, SIDE, SIDE);
      return { pixels: data.buffer, width: SIDE, height: SIDE, fit: "digit" };
    },
  };

  /** Scale without averaging: take the middle pixel of each cell. */
  function sample() {
    const from = context.getImageData(0, 0, CANVAS, CANVAS).data;
    const to = scaledContext.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i += 1) {
      const [row, column] = [Math.floor(i / SIDE) + 0.5, (i % SIDE) + 0.5];
      const at = 4 * (Math.floor(row * CELL) * CANVAS + Math.floor(column * CELL));
      to.data.set(from.subarray(at, at + 4), 4 * i);
    }
    scaledContext.putImageData(to, 0, 0);
  }
}

/**
 * @param {Stroke[]} strokes
 * @param {boolean} onPicture
 * @param {Set<string>} skipped
 */
function sized(strokes, onPicture, skipped) {
  if (onPicture || skipped.has("size")) return strokes;
  return skipped.has("centre") ? enlarged(strokes) : refit(strokes);
}

/**
 * Strokes at normal size, kept where they were drawn as far as the canvas allows.
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 */
function enlarged(strokes) {
  const normal = refit(strokes);
  const [from, to] = [boundingBox(strokes), boundingBox(normal)];
  if (from === null || to === null) return [];
  const x = offset(from.left, from.right, to.left, to.right);
  const y = offset(from.top, from.bottom, to.top, to.bottom);
  return normal.map((stroke) =>
    stroke.map((point) => ({ x: point.x + x, y: point.y + y })),
  );
}

/**
 * How far to move the refitted ink along one axis.
 * @param {number} low  bounds of the ink as drawn
 * @param {number} high
 * @param {number} first  bounds of the refitted ink
 * @param {number} last
 */
function offset(low, high, first, last) {
  const half = (last - first + PEN) / 2;
  const middle = Math.min(Math.max((low + high) / 2, half), CANVAS - half);
  return middle - (first + last) / 2;
}
