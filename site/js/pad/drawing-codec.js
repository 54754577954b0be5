// @ts-check
/**
 * A drawing as a few letters, for a link: exact, short, and checked. Pure.
 *
 *   1 CC stroke.stroke.stroke
 *
 * 1 is the version and CC a check sum of what follows it. A stroke is its points, x and
 * y in turn, as whole numbers of quarter pixels: the first point as it is, every other
 * as the difference from where the pen would be had it gone on as before. Numbers are
 * base64 VLQ as in source maps (sign in the lowest bit, then five bits a letter, lowest
 * first, the sixth bit for "more follows"), in the alphabet of URLs (RFC 4648, 5).
 */

import { CANVAS, GRID, PEN } from "./strokes.js";
import { DAMAGED_LINK, NEWER_LINK } from "../text/on-demand.js";

/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {import("./strokes.js").Stroke} Stroke */

const VERSION = "1";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The link holds no drawing that we know. */
export class BadLink extends Error {
  name = "BadLink";
}

/**
 * @param {Stroke[]} strokes  on the grid
 * @returns {string}
 */
export function encode(strokes) {
  const body = strokes.map(encodeStroke).join(".");
  return VERSION + sum(body) + body;
}

/**
 * @param {string} text
 * @returns {Stroke[]}
 * @throws {BadLink}  with words for people
 */
export function decode(text) {
  if (/^[2-9]/.test(text)) throw new BadLink(NEWER_LINK);
  const [, found, body] = /^1([\w-]{2})([\w.-]+)$/.exec(text) ?? [];
  if (body === undefined || found !== sum(body)) throw new BadLink(DAMAGED_LINK);
  return body.split(".").map(decodeStroke);
}

/** @param {Stroke} stroke */
function encodeStroke(stroke) {
  const whole = stroke.map(({ x, y }) => ({ x: x * GRID, y: y * GRID }));
  return whole
    .map((point, i) => {
      const { x, y } = expected(whole, i);
      return number(point.x - x) + number(point.y - y);
    })
    .join("");
}

/** @param {string} text */
function decodeStroke(text) {
  const values = numbers(text);
  /** @type {Stroke} */
  const whole = [];
  for (let i = 0; i < values.length; i += 2) {
    const { x, y } = expected(whole, whole.length);
    whole.push({ x: x + values[i], y: y + values[i + 1] });
  }
  if (whole.length === 0 || !whole.every(isOnPaper)) throw new BadLink(DAMAGED_LINK);
  return whole.map(({ x, y }) => ({ x: x / GRID, y: y / GRID }));
}

/** Where point i would be, by the two before it. @param {Stroke} whole  @param {number} i */
function expected(whole, i) {
  if (i === 0) return { x: 0, y: 0 };
  const last = whole[i - 1];
  const before = whole[i - 2] ?? last;
  return { x: 2 * last.x - before.x, y: 2 * last.y - before.y };
}

/** Also false of NaN, which half a point leaves. */
function isOnPaper(/** @type {Point} */ { x, y }) {
  const inside = (/** @type {number} */ value) =>
    value >= (-PEN / 2) * GRID && value <= (CANVAS + PEN / 2) * GRID;
  return inside(x) && inside(y);
}

/** One number as letters. @param {number} value */
function number(value) {
  let rest = Math.abs(value) * 2 + (value < 0 ? 1 : 0);
  let text = "";
  do {
    text += LETTERS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}

/** All the numbers in a text of letters. @param {string} text */
function numbers(text) {
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

/** Twelve bits over a text, as two letters. @param {string} text */
function sum(text) {
  let value = 1;
  for (let i = 0; i < text.length; i += 1) {
    value = (value * 33 + text.charCodeAt(i)) % 4093;
  }
  return LETTERS[value >> 6] + LETTERS[value & 63];
}
