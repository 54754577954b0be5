/** The value and the stored form state of a <digit-pad>. Pure. */

/** @import { Stroke } from "../pad/strokes.js" */
/** @typedef {{value: string, strokes: Stroke[]}} State */

import { DIGITS } from "../text/labels.js";

/** Of Chinese and Japanese keyboards, as wide as the other characters there. */
const FULL_WIDTH = [..."０１２３４５６７８９"];

/**
 * One of a network's labels, or "" for any other value.
 * @param {unknown} value
 * @param {readonly string[]} labels
 */
export function valueOf(value, labels) {
  const text = String(value ?? "").trim();
  return labels.includes(text) ? text : "";
}

/**
 * The label that a typed text stands for, in either case, or "" for none.
 * @param {string} text
 * @param {readonly string[]} labels  of the network
 */
export function labelOf(text, labels) {
  const typed = text.trim();
  const digit = DIGITS[FULL_WIDTH.indexOf(typed)] ?? typed;
  const lower = (/** @type {string} */ label) => label.toLowerCase();
  const isSame = (/** @type {string} */ label) => lower(label) === lower(digit);
  return labels.find((label) => label === digit) ?? labels.find(isSame) ?? "";
}

/**
 * Whether a typed text is the beginning of a label.
 * @param {string} text
 * @param {readonly string[]} labels
 */
export const mayBecomeLabel = (text, labels) =>
  labels.some((label) => label.toLowerCase().startsWith(text.trim().toLowerCase()));

/**
 * Strokes as a script gives them.
 * @param {unknown} strokes  for each its points [x, y]
 * @returns {Stroke[]}
 */
export function parseStrokes(strokes) {
  const isPoint = (/** @type {unknown} */ point) =>
    Array.isArray(point) && point.length === 2 && point.every(Number.isFinite);
  const isStroke = (/** @type {unknown} */ stroke) =>
    Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
  if (!Array.isArray(strokes) || !strokes.every(isStroke)) {
    throw new TypeError("strokes: expected for each stroke a list of its points [x, y]");
  }
  return strokes.map((stroke) =>
    stroke.map((/** @type {[number, number]} */ [x, y]) => ({ x, y })),
  );
}

/** The form state that the browser stores. @param {State} state */
export const serializeState = (state) => JSON.stringify(state);

/**
 * A stored state, or a value that the browser fills in by itself.
 * @param {string} text
 * @param {(text: string) => string} toValue
 * @returns {State}
 */
export function parseState(text, toValue) {
  try {
    const { value, strokes } = JSON.parse(text);
    if (isStrokes(strokes) && typeof value === "string") return { value, strokes };
  } catch {
    // not a stored state
  }
  return { value: toValue(text), strokes: [] };
}

/** @param {unknown} strokes */
function isStrokes(strokes) {
  return (
    Array.isArray(strokes) &&
    strokes.every(
      (stroke) =>
        Array.isArray(stroke) &&
        stroke.every((point) => Number.isFinite(point?.x) && Number.isFinite(point?.y)),
    )
  );
}
