/**
 * Encodes strokes as a short text for links, exactly and with a checksum. Pure.
 *
 *   1 CC stroke.stroke.stroke
 *
 * 1 is the version and CC a checksum of the rest. A stroke is its points, x and y in turn,
 * in quarter pixels: the first point itself, every other as the difference from a linear
 * extrapolation of the two before it. Numbers are base64 VLQ as in source maps (sign in the
 * lowest bit, then five bits per letter, lowest first; the sixth bit means that more
 * follow), in the URL-safe alphabet (RFC 4648, section 5).
 */

import { CANVAS, GRID, PEN, WIDEST } from "./strokes.js";
import { DAMAGED_LINK, NEWER_LINK } from "../text/on-demand.js";

/** @import { Point, Stroke } from "./strokes.js" */

const VERSION = "1";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The link contains no valid drawing; the message is shown to the user. */
export class BadLink extends Error {
  name = "BadLink";
}

/** @param {Stroke[]} strokes  on the grid  @returns {string} */
export function encode(strokes) {
  const body = strokes.map(encodeStroke).join(".");
  return VERSION + checksum(body) + body;
}

/** @param {string} text  @returns {Stroke[]}  @throws {BadLink} */
export function decode(text) {
  if (/^[2-9]/.test(text)) throw new BadLink(NEWER_LINK);
  const [, found, body] = /^1([\w-]{2})([\w.-]+)$/.exec(text) ?? [];
  if (body === undefined || found !== checksum(body)) throw new BadLink(DAMAGED_LINK);
  return body.split(".").map(decodeStroke);
}

/** @param {Stroke} stroke */
function encodeStroke(stroke) {
  const whole = stroke.map(({ x, y }) => ({ x: x * GRID, y: y * GRID }));
  return whole
    .map((point, i) => {
      const { x, y } = extrapolate(whole, i);
      return encodeNumber(point.x - x) + encodeNumber(point.y - y);
    })
    .join("");
}

/** @param {string} text */
function decodeStroke(text) {
  const values = decodeNumbers(text);
  const whole = /** @type {Stroke} */ ([]);
  for (let i = 0; i < values.length; i += 2) {
    const { x, y } = extrapolate(whole, whole.length);
    whole.push({ x: x + values[i], y: y + values[i + 1] });
  }
  if (whole.length === 0 || !whole.every(isOnCanvas)) throw new BadLink(DAMAGED_LINK);
  return whole.map(({ x, y }) => ({ x: x / GRID, y: y / GRID }));
}

/** Point i, extrapolated from the two before it. @param {Stroke} whole  @param {number} i */
function extrapolate(whole, i) {
  if (i === 0) return { x: 0, y: 0 };
  const last = whole[i - 1];
  const before = whole[i - 2] ?? last;
  return { x: 2 * last.x - before.x, y: 2 * last.y - before.y };
}

/** False for NaN, which an incomplete point results in. */
function isOnCanvas(/** @type {Point} */ { x, y }) {
  const inside = (/** @type {number} */ value, /** @type {number} */ side) =>
    value >= (-PEN / 2) * GRID && value <= (side + PEN / 2) * GRID;
  return inside(x, WIDEST) && inside(y, CANVAS);
}

/** @param {number} value */
function encodeNumber(value) {
  let rest = Math.abs(value) * 2 + (value < 0 ? 1 : 0);
  let text = "";
  do {
    text += LETTERS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}

/** @param {string} text */
function decodeNumbers(text) {
  const values = [];
  for (const letters of text.match(/[g-z0-9_-]*[A-Za-f]/g) ?? []) {
    const amount = [...letters].reduceRight(
      (high, letter) => high * 32 + (LETTERS.indexOf(letter) & 31),
      0,
    );
    values.push(amount % 2 === 0 ? amount / 2 : -(amount - 1) / 2);
  }
  return values;
}

/** Twelve bits, as two letters. @param {string} text */
function checksum(text) {
  let value = 1;
  for (let i = 0; i < text.length; i += 1) {
    value = (value * 33 + text.charCodeAt(i)) % 4093;
  }
  return LETTERS[value >> 6] + LETTERS[value & 63];
}
