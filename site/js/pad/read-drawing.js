/** Reads drawings that were saved as JSON. */

import { CANVAS, WIDEST } from "./strokes.js";
import {
  expectedInFile,
  fileTooLarge,
  fill,
  PICTURE_BROKEN,
  TOO_WIDE,
} from "../text/on-demand.js";

/** @import { Drawing, Fixed, Stroke } from "./strokes.js" */
/** @typedef {Omit<Fixed, "strokes"> & {strokes: number[]}} Correction  with their indices */

/** Limit for a file, in bytes, most of them for the picture. */
const MAX_BYTES = 8e6;
/** Limit for its picture, in pixels: a small file may decode to gigabytes. */
const MAX_PIXELS = 16e6;
/** How far a stroke may go: a pen that is down may leave the paper. */
const isNearPaper = (/** @type {unknown} */ value, /** @type {number} */ axis) =>
  typeof value === "number" &&
  value >= -1.5 * CANVAS &&
  value <= (axis === 0 ? WIDEST : 2.5 * CANVAS);

/** The file cannot be read; the message is shown to the user. */
export class BadFile extends Error {
  name = "BadFile";
}

/** @param {File} file  @returns {Promise<Drawing>}  @throws {BadFile} */
export async function fromJson(file) {
  if (file.size > MAX_BYTES) throw new BadFile(fileTooLarge(file.size, MAX_BYTES));
  const fields = parseJson(await file.text());
  expect(fields, "format", fields.format === "nnweb-drawing", '"nnweb-drawing"');
  expect(fields, "version", fields.version === 1, "1");
  expect(fields, "canvas", fields.canvas === CANVAS, String(CANVAS));
  const { picture = null, fixed = [] } = fields;
  expect(fields, "strokes", Array.isArray(fields.strokes), "a list of strokes");
  const strokes = /** @type {Stroke[]} */ (fields.strokes.map(strokeOf));
  const isFixed = (/** @type {unknown} */ one) => isCorrection(one, strokes.length);
  const isValid = Array.isArray(fixed) && fixed.every(isFixed);
  expect(fields, "fixed", isValid, "a list of corrected characters");
  return {
    strokes,
    picture: picture === null ? null : await decodePicture(picture),
    fixed: fixed.map((/** @type {Correction} */ { strokes: indices, part, text }) => ({
      strokes: indices.map((index) => strokes[index]),
      part,
      text,
    })),
  };
}

/** @param {unknown} value  @param {number} count  of strokes */
function isCorrection(value, count) {
  const { strokes, part, text } = Object(value);
  const isWhole = (/** @type {unknown} */ n) => Number.isInteger(n) && Number(n) >= 0;
  const isIndex = (/** @type {unknown} */ n) => isWhole(n) && Number(n) < count;
  const hasStrokes = Array.isArray(strokes) && strokes.every(isIndex);
  return hasStrokes && isWhole(part) && typeof text === "string" && [...text].length === 1;
}

/** @param {string} text */
export function parseJson(text) {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new BadFile(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} name
 * @param {boolean} isValid
 * @param {string} expected
 */
export function expect(fields, name, isValid, expected) {
  if (!isValid) throw new BadFile(expectedInFile(name, fields[name], expected));
}

/** @param {unknown} stroke  @param {number} index  @returns {Stroke} */
export function strokeOf(stroke, index) {
  const isPoint = (/** @type {unknown} */ point) =>
    Array.isArray(point) && point.length === 2 && point.every(isNearPaper);
  if (!Array.isArray(stroke) || stroke.length === 0 || !stroke.every(isPoint)) {
    throw new BadFile(expectedInFile(`strokes[${index}]`, stroke, "[[x, y], ...]"));
  }
  return stroke.map(([x, y]) => ({ x, y }));
}

/** @param {unknown} url  a data URL; others are refused */
export async function decodePicture(url) {
  if (!/^data:image\/(png|jpeg|webp);/.test(String(url))) throw new BadFile(PICTURE_BROKEN);
  const image = new Image();
  await new Promise((resolve, reject) => {
    image.addEventListener("load", resolve); // its size is known, but it is not decoded
    image.addEventListener("error", () => reject(new BadFile(PICTURE_BROKEN)));
    image.src = String(url);
  });
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width * height > MAX_PIXELS) throw new BadFile(fill(TOO_WIDE, { width, height }));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return canvas;
}
