/** Reads labelled drawings from files: our JSON, CSV or a pair of IDX files, gzipped or not. */

import { BadFile, decodePicture, expect, parseJson, strokeOf } from "../../pad/read-drawing.js";
import { canvasOf } from "../../answer/grayscale.js";
import { CANVAS, SIDE } from "../../pad/strokes.js";
import { NO_LABEL } from "../../text/labels.js";
import { isLabel } from "./lesson.js";
import * as words from "./text.js";

/** @import { Labelled } from "./drawings.js" */
/** @typedef {{labels: ArrayLike<number | string>, ink: ArrayLike<number>, count: number}} Digits */

/** Size limit in bytes, after decompression. */
const MAX_BYTES = 64e6;
const PIXELS = SIDE * SIDE;

/** @param {string} phrase  @param {Record<string, unknown>} values */
const badFile = (phrase, values) => new BadFile(words.fill(phrase, values));

/**
 * Reads one file, or the two of an IDX pair; one bad drawing rejects the file.
 * @param {File[]} files
 * @param {number} room  maximum number of drawings
 * @returns {Promise<Labelled[]>}
 * @throws {BadFile}  with a message for people
 */
export async function fromFiles(files, room) {
  const all = await Promise.all(files.map(bytesOf));
  const idx = all.filter(isIdx);
  if (idx.length > 0) return fromDigits(parseIdx(all), room);
  if (files.length !== 1) throw badFile(words.ONE_FILE, { count: files.length });
  const text = new TextDecoder().decode(all[0]);
  if (/^\s*[{[]/.test(text)) return fromJson(text, room);
  return fromDigits(parseCsv(text, room), room);
}

/** @param {File} file */
async function bytesOf(file) {
  if (file.size > MAX_BYTES) throw new BadFile(words.fileTooLarge(file.size, MAX_BYTES));
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await readAll(stream.getReader());
  } catch (error) {
    throw error instanceof BadFile ? error : new BadFile(words.DAMAGED_GZIP);
  }
}

/** Stops at the limit: a small file may expand to gigabytes. @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function readAll(reader) {
  const parts = /** @type {Uint8Array[]} */ ([]);
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > MAX_BYTES) throw new BadFile(words.fileTooLarge(size, MAX_BYTES));
  }
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());
}

// --- strokes

/** @param {string} text  @param {number} room */
async function fromJson(text, room) {
  const file = parseJson(text);
  expect(file, "format", file.format === "nnweb-drawings", '"nnweb-drawings"');
  expect(file, "version", file.version === 1, "1");
  expect(file, "canvas", file.canvas === CANVAS, String(CANVAS));
  expect(file, "drawings", Array.isArray(file.drawings), "a list of drawings");
  checkCount(file.drawings.length, room);
  const drawings = /** @type {Labelled[]} */ ([]);
  for (const [i, one] of file.drawings.entries()) {
    try {
      drawings.push(await fromFields(Object(one)));
    } catch (error) {
      throw badFile(words.IN_DRAWING, { place: i + 1, problem: words.reasonOf(error) });
    }
  }
  return drawings;
}

/** @param {Record<string, any>} fields  @returns {Promise<Labelled>} */
async function fromFields(fields) {
  const { label, strokes, picture = null } = fields;
  expect(fields, "label", label === NO_LABEL || isLabel(label), words.aLabel());
  expect(fields, "strokes", Array.isArray(strokes), "a list of strokes");
  if (picture !== null) await decodePicture(picture);
  if (strokes.length === 0 && picture === null) throw new BadFile(words.NO_INK);
  return { label: String(label), strokes: strokes.map(strokeOf), picture };
}

// --- images

/** @param {Uint8Array} bytes */
const isIdx = (bytes) => bytes.length > 3 && bytes[0] === 0 && bytes[1] === 0;

/** @param {Uint8Array[]} files  images and labels in any order  @returns {Digits} */
function parseIdx(files) {
  const images = files.find((file) => isIdx(file) && file[3] === 3);
  const labels = files.find((file) => isIdx(file) && file[3] === 1);
  if (files.length !== 2 || images === undefined || labels === undefined) {
    throw new BadFile(words.IDX_PAIR);
  }
  const [count, rows, columns] = sizesOf(images);
  const [labelCount] = sizesOf(labels);
  if (rows !== SIDE || columns !== SIDE) throw badFile(words.SIDES, { rows, columns });
  if (count !== labelCount) {
    throw badFile(words.UNEQUAL, { images: count, labels: labelCount });
  }
  return { count, ink: images.subarray(16), labels: labels.subarray(8) };
}

/** The sizes in an IDX header, which must match the file's length. @param {Uint8Array} file */
function sizesOf(file) {
  const [kind, dimensions] = [file[2], file[3]];
  const start = 4 + 4 * dimensions;
  if (kind !== 8 || file.length < start) throw new BadFile(words.IDX_KIND);
  const view = new DataView(file.buffer, file.byteOffset);
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const { length } = file;
  const expected = start + sizes.reduce((product, size) => product * size, 1);
  if (length !== expected) throw badFile(words.IDX_LENGTH, { length, expected });
  return sizes;
}

/** Each line has a label and 784 pixels; a header line is skipped. @param {string} text  @param {number} room  @returns {Digits} */
function parseCsv(text, room) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const first = isHeader(cellsOf(lines[0] ?? "")) ? 1 : 0;
  checkCount(Math.max(lines.length - first, 0), room);
  const rows = lines.slice(first).map((line, i) => {
    const [label, ...ink] = cellsOf(line);
    const problem = problemOf(ink);
    if (problem !== "") throw badFile(words.IN_LINE, { line: first + i + 1, problem });
    return { label, ink: ink.map(Number) };
  });
  return {
    count: rows.length,
    labels: rows.map(({ label }) => label),
    ink: rows.flatMap(({ ink }) => ink),
  };
}

/** Whether a line has names of columns instead of values. @param {string[]} cells */
const isHeader = ([first, ...rest]) =>
  first.toLowerCase() === "label" ||
  (!/^\d/.test(first) && !rest.some((cell) => cell !== "" && Number.isFinite(Number(cell))));

/** @param {string} line */
const cellsOf = (line) => line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

/** @param {number} value */
const isByte = (value) => Number.isInteger(value) && value >= 0 && value <= 255;

/** Why the cells after the label are not pixels, or "". @param {string[]} ink */
function problemOf(ink) {
  const sizes = { count: ink.length + 1, expected: PIXELS + 1 };
  if (ink.length !== PIXELS) return words.fill(words.CELLS, sizes);
  return ink.every((cell) => isByte(Number(cell))) ? "" : words.A_BYTE;
}

/** @param {Digits} digits  @param {number} room  @returns {Labelled[]} */
function fromDigits({ labels, ink, count }, room) {
  checkCount(count, room);
  return Array.from({ length: count }, (_, i) => {
    const label = String(labels[i]);
    const one = Array.prototype.slice.call(ink, i * PIXELS, (i + 1) * PIXELS);
    const place = i + 1;
    if (!isLabel(label)) {
      const problem = words.fill(words.BAD_LABEL, { label, wanted: words.aLabel() });
      throw badFile(words.IN_DRAWING, { place, problem });
    }
    if (Math.max(...one) < 129) {
      throw badFile(words.IN_DRAWING, { place, problem: words.NO_INK });
    }
    return { label, strokes: [], picture: canvasOf(Uint8Array.from(one)).toDataURL() };
  });
}

/** @param {number} count  @param {number} room */
function checkCount(count, room) {
  if (count === 0) throw new BadFile(words.NOTHING_IN_IT);
  if (count > room) throw badFile(words.TOO_MANY, { count, most: room });
}
