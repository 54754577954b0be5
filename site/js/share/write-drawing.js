/** Writes drawings as PNG and SVG, and the network's input as a NumPy literal. */

import { readableContext, pictureBox, tracePath, paintDrawing } from "../pad/paint-drawing.js";
import { CANVAS, paperWidth, PEN, SIDE } from "../pad/strokes.js";

/** @import { Drawing, Stroke } from "../pad/strokes.js" */

/**
 * 336 x 336 pixels, more for a number, black on white, as `nnweb predict` reads it.
 * @param {Drawing} drawing
 * @returns {Promise<Blob>}
 */
export function toPng(drawing) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [paperWidth(drawing.strokes), CANVAS];
  paintDrawing(readableContext(canvas), drawing);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(Error("the browser could not encode a PNG"));
      else resolve(blob);
    }, "image/png");
  });
}

/** @param {Drawing} drawing */
export function toSvg({ strokes, picture }) {
  const width = paperWidth(strokes);
  const lines = strokes.map((stroke) => `  <path d="${pathOf(stroke)}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${CANVAS}" ` +
      `width="${width}" height="${CANVAS}" fill="none" stroke="black" ` +
      `stroke-width="${PEN}" stroke-linecap="round" stroke-linejoin="round">`,
    `  <path stroke="none" fill="white" d="M0 0h${width}v${CANVAS}H0z"/>`,
    ...(picture === null ? [] : [imageOf(picture)]),
    ...lines,
    "</svg>\n",
  ].join("\n");
}

/** @param {Stroke} stroke */
function pathOf(stroke) {
  const steps = /** @type {string[]} */ ([]);
  tracePath(
    {
      moveTo: (x, y) => steps.push(`M${x} ${y}`),
      lineTo: (x, y) => steps.push(`L${x} ${y}`),
      quadraticCurveTo: (cx, cy, x, y) => steps.push(`Q${cx} ${cy} ${x} ${y}`),
    },
    stroke,
  );
  return steps.join("");
}

/** @param {HTMLCanvasElement} picture */
function imageOf(picture) {
  const { x, y, width, height } = pictureBox(picture);
  return (
    `  <image href="${picture.toDataURL()}" x="${x}" y="${y}" ` +
    `width="${width}" height="${height}"/>`
  );
}

/**
 * The network's input as a NumPy expression.
 * @param {Uint8Array} image  28 x 28, 0 background ... 255 ink
 */
export function toNumpy(image) {
  const rows = Array.from({ length: SIDE }, (_, row) => {
    const numbers = [...image.subarray(row * SIDE, (row + 1) * SIDE)];
    return `    [${numbers.join(", ")}],`;
  });
  return `np.array([\n${rows.join("\n")}\n], dtype=np.uint8)\n`;
}
