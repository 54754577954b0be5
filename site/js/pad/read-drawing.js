// @ts-check
/** A drawing from the file that it was saved to as JSON. */

import { CANVAS } from "./strokes.js";
import { expectedInFile, fileTooLarge, PICTURE_BROKEN } from "../text/on-demand.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("./strokes.js").Stroke} Stroke */

/** More is no drawing: 8 MB. A picture in it has the larger part. */
const LARGEST = 8e6;

/** It is none that we read; the message says why, in words for people. */
export class BadFile extends Error {
  name = "BadFile";
}

/**
 * @param {File} file
 * @returns {Promise<Drawing>}
 * @throws {BadFile}  with words for people
 */
export async function fromJson(file) {
  if (file.size > LARGEST) throw new BadFile(fileTooLarge(file.size, LARGEST));
  const fields = parsed(await file.text());
  expect(fields, "format", fields.format === "nnweb-drawing", '"nnweb-drawing"');
  expect(fields, "version", fields.version === 1, "1");
  expect(fields, "canvas", fields.canvas === CANVAS, String(CANVAS));
  const { strokes, picture = null } = fields;
  expect(fields, "strokes", Array.isArray(strokes), "a list of strokes");
  return {
    strokes: strokes.map(strokeOf),
    picture: picture === null ? null : await decoded(picture),
  };
}

/** @param {string} text */
export function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new BadFile(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} name
 * @param {boolean} good
 * @param {string} wanted
 */
export function expect(fields, name, good, wanted) {
  if (!good) throw new BadFile(expectedInFile(name, fields[name], wanted));
}

/** @param {unknown} stroke  @param {number} which  @returns {Stroke} */
export function strokeOf(stroke, which) {
  const isPoint = (/** @type {unknown} */ point) =>
    Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  if (!Array.isArray(stroke) || stroke.length === 0 || !stroke.every(isPoint)) {
    throw new BadFile(expectedInFile(`strokes[${which}]`, stroke, "[[x, y], ...]"));
  }
  return stroke.map(([x, y]) => ({ x, y }));
}

/** @param {unknown} url  of data: nothing is fetched */
export async function decoded(url) {
  if (!/^data:image\/(png|jpeg|webp);/.test(String(url))) throw new BadFile(PICTURE_BROKEN);
  const image = new Image();
  try {
    image.src = String(url);
    await image.decode();
  } catch {
    throw new BadFile(PICTURE_BROKEN);
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  return canvas;
}
