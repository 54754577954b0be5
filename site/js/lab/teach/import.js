// @ts-check
/** Labelled drawings from files: strokes, CSV, or a pair of IDX files, packed or not. */

import { BadFile, decoded, expect, parsed, strokeOf } from "../../input/read-drawing.js";
import { pictureOf } from "../../answer/ink-image.js";
import { CANVAS, SIDE } from "../../pad/strokes.js";
import * as words from "./text.js";

/** @typedef {import("./drawings.js").Labelled} Labelled */
/** @typedef {{labels: ArrayLike<number | string>, ink: ArrayLike<number>, count: number}} Digits */

/** More is no handful of drawings: 64 MB, as it is when unpacked. */
const LARGEST = 64e6;
const PIXELS = SIDE * SIDE;

/**
 * One file, or the two of an IDX pair; all of it or nothing.
 * @param {File[]} files
 * @param {number} most  drawings that there is room for
 * @returns {Promise<Labelled[]>}
 * @throws {BadFile}  with words for people
 */
export async function fromFiles(files, most) {
  const all = await Promise.all(files.map(bytesOf));
  const idx = all.filter(isIdx);
  if (idx.length > 0) return fromDigits(pair(all), most);
  if (files.length !== 1) throw new BadFile(words.oneFile(files.length));
  const text = new TextDecoder().decode(all[0]);
  if (/^\s*[{[]/.test(text)) return fromJson(text, most);
  return fromDigits(table(text, most), most);
}

/** @param {File} file */
async function bytesOf(file) {
  if (file.size > LARGEST) throw new BadFile(words.fileTooLarge(file.size, LARGEST));
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await unpacked(stream.getReader());
  } catch (error) {
    throw error instanceof BadFile ? error : new BadFile(words.DAMAGED_GZIP);
  }
}

/** A few bytes may stand for very many: no more are taken than may be. @param {ReadableStreamDefaultReader<Uint8Array>} reader */
async function unpacked(reader) {
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (size > LARGEST) throw new BadFile(words.fileTooLarge(size, LARGEST));
  }
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());
}

// --- strokes

/** @param {string} text  @param {number} most */
async function fromJson(text, most) {
  const file = parsed(text);
  expect(file, "format", file.format === "nnweb-drawings", '"nnweb-drawings"');
  expect(file, "version", file.version === 1, "1");
  expect(file, "canvas", file.canvas === CANVAS, String(CANVAS));
  expect(file, "drawings", Array.isArray(file.drawings), "a list of drawings");
  checkCount(file.drawings.length, most);
  /** @type {Labelled[]} */
  const made = [];
  for (const [i, one] of file.drawings.entries()) {
    try {
      made.push(await fromFields(Object(one)));
    } catch (error) {
      throw new BadFile(words.inDrawing(i + 1, /** @type {Error} */ (error).message));
    }
  }
  return made;
}

/** @param {Record<string, any>} fields  @returns {Promise<Labelled>} */
async function fromFields(fields) {
  const { label, strokes, picture = null } = fields;
  expect(fields, "label", isLabel(label), words.A_DIGIT);
  expect(fields, "strokes", Array.isArray(strokes), "a list of strokes");
  if (picture !== null) await decoded(picture);
  const made = { label: String(label), strokes: strokes.map(strokeOf), picture };
  if (made.strokes.length === 0 && picture === null) throw new BadFile(words.NO_INK);
  return made;
}

/** @param {unknown} label */
const isLabel = (label) => /^[0-9]$/.test(String(label));

// --- images

/** @param {Uint8Array} bytes */
const isIdx = (bytes) => bytes.length > 3 && bytes[0] === 0 && bytes[1] === 0;

/** Which of two files has images, and which labels. @param {Uint8Array[]} files  @returns {Digits} */
function pair(files) {
  const images = files.find((file) => isIdx(file) && file[3] === 3);
  const labels = files.find((file) => isIdx(file) && file[3] === 1);
  if (files.length !== 2 || images === undefined || labels === undefined) {
    throw new BadFile(words.IDX_PAIR);
  }
  const [count, rows, columns] = sizesOf(images);
  const [named] = sizesOf(labels);
  if (rows !== SIDE || columns !== SIDE) throw new BadFile(words.sides(rows, columns));
  if (count !== named) throw new BadFile(words.unequal(count, named));
  return { count, ink: images.subarray(16), labels: labels.subarray(8) };
}

/** The sizes that an IDX file claims; its data is as long as they say. @param {Uint8Array} file */
function sizesOf(file) {
  const [kind, dimensions] = [file[2], file[3]];
  const start = 4 + 4 * dimensions;
  if (kind !== 8 || file.length < start) throw new BadFile(words.IDX_KIND);
  const view = new DataView(file.buffer, file.byteOffset);
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const length = start + sizes.reduce((product, size) => product * size, 1);
  if (file.length !== length) throw new BadFile(words.idxLength(file.length, length));
  return sizes;
}

/** A label and 784 numbers in each line; a first line of names is left out. @param {string} text  @param {number} most  @returns {Digits} */
function table(text, most) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const first = /^\s*"?\d/.test(lines[0] ?? "") ? 0 : 1;
  checkCount(Math.max(lines.length - first, 0), most);
  const rows = lines.slice(first).map((line, i) => {
    const cells = line.split(",").map((cell) => Number(cell.trim().replace(/^"(.*)"$/, "$1")));
    if (cells.length !== PIXELS + 1) {
      throw new BadFile(words.inLine(first + i + 1, words.cells(cells.length, PIXELS + 1)));
    }
    const bad = cells.find((cell) => !Number.isInteger(cell) || cell < 0 || cell > 255);
    if (bad !== undefined) throw new BadFile(words.inLine(first + i + 1, words.A_BYTE));
    return cells;
  });
  return {
    count: rows.length,
    labels: rows.map(([label]) => label),
    ink: rows.flatMap(([, ...ink]) => ink),
  };
}

/** @param {Digits} digits  @param {number} most  @returns {Labelled[]} */
function fromDigits({ labels, ink, count }, most) {
  checkCount(count, most);
  return Array.from({ length: count }, (_, i) => {
    const label = String(labels[i]);
    const one = Array.prototype.slice.call(ink, i * PIXELS, (i + 1) * PIXELS);
    if (!isLabel(label)) throw new BadFile(words.inDrawing(i + 1, words.badLabel(label)));
    if (Math.max(...one) < 129) throw new BadFile(words.inDrawing(i + 1, words.NO_INK));
    return { label, strokes: [], picture: pictureOf(Uint8Array.from(one)).toDataURL() };
  });
}

/** @param {number} count  @param {number} most */
function checkCount(count, most) {
  if (count === 0) throw new BadFile(words.NOTHING_IN_IT);
  if (count > most) throw new BadFile(words.tooMany(count, most));
}
