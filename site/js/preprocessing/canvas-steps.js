// @ts-check
/** The part of the preparation that the page does: size, and 336 pixels made 28. */

import { paperOf, write } from "../pad/brush.js";
import { CANVAS, PEN, SIDE, boundingBox, refit } from "../pad/strokes.js";

/** @typedef {import("../worker/protocol.js").Picture} Picture */
/** @typedef {import("../pad/strokes.js").Drawing} Drawing */
/** @typedef {import("../pad/strokes.js").Stroke} Stroke */

/** Canvas pixels to one of the network's. */
const CELL = CANVAS / SIDE;

/** @param {(drawing: Drawing) => Picture} rasterise  as the page does it */
export function createSheets(rasterise) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = CANVAS;
  const paper = paperOf(sheet);
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  const context = paperOf(small);
  context.imageSmoothingQuality = "high";

  return {
    /** The sheet as it was made small last. */
    sheet,
    /**
     * What Python is asked about. A picture has no strokes: Python brings it to size.
     * @param {Drawing} drawing
     * @param {Set<string>} without  steps that are left out
     * @returns {Picture}
     */
    picture(drawing, without) {
      const { strokes, picture } = drawing;
      write(paper, { strokes: sized(strokes, picture !== null, without), picture });
      if (picture !== null) return rasterise(drawing);
      if (without.has("average")) pick();
      else context.drawImage(sheet, 0, 0, SIDE, SIDE);
      const { data } = context.getImageData(0, 0, SIDE, SIDE);
      return { pixels: data.buffer, width: SIDE, height: SIDE, fit: "digit" };
    },
  };

  /** Take of each cell the pixel in its middle. */
  function pick() {
    const from = paper.getImageData(0, 0, CANVAS, CANVAS).data;
    const to = context.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i += 1) {
      const [row, column] = [Math.floor(i / SIDE) + 0.5, (i % SIDE) + 0.5];
      const at = 4 * (Math.floor(row * CELL) * CANVAS + Math.floor(column * CELL));
      to.data.set(from.subarray(at, at + 4), 4 * i);
    }
    context.putImageData(to, 0, 0);
  }
}

/**
 * @param {Stroke[]} strokes
 * @param {boolean} onPicture
 * @param {Set<string>} without
 */
function sized(strokes, onPicture, without) {
  if (onPicture || without.has("size")) return strokes;
  return without.has("centre") ? enlarged(strokes) : refit(strokes);
}

/**
 * At normal size, but about where it was drawn, as far as there is room.
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 */
export function enlarged(strokes) {
  const normal = refit(strokes);
  const [from, to] = [boundingBox(strokes), boundingBox(normal)];
  if (from === null || to === null) return [];
  const x = moved(from.left, from.right, to.left, to.right);
  const y = moved(from.top, from.bottom, to.top, to.bottom);
  return normal.map((stroke) =>
    stroke.map((point) => ({ x: point.x + x, y: point.y + y })),
  );
}

/**
 * How far the middle moves along one axis.
 * @param {number} low  of the ink as drawn
 * @param {number} high
 * @param {number} first  of the ink as it will be
 * @param {number} last
 */
function moved(low, high, first, last) {
  const half = (last - first + PEN) / 2;
  const middle = Math.min(Math.max((low + high) / 2, half), CANVAS - half);
  return middle - (first + last) / 2;
}
