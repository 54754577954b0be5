/** The value and the stored form state of a <digit-pad>. Pure. */

/** @import { Stroke } from "../pad/strokes.js" */
/** @typedef {{value: string, strokes: Stroke[]}} State */

/** One of the ten digits, or "" for any other value. @param {unknown} value */
export function digitOf(value) {
  const text = String(value ?? "").trim();
  return /^[0-9]$/.test(text) ? text : "";
}

/** The form state that the browser stores. @param {State} state */
export const serializeState = (state) => JSON.stringify(state);

/**
 * A stored state, or a value that the browser fills in by itself.
 * @param {string} text
 * @returns {State}
 */
export function parseState(text) {
  try {
    const { value, strokes } = JSON.parse(text);
    if (isStrokes(strokes)) return { value: digitOf(value), strokes };
  } catch {
    // not a stored state
  }
  return { value: digitOf(text), strokes: [] };
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
