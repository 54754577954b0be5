// @ts-check
/** The value of a <digit-pad>, and what a browser keeps of one. Pure. */

/** @typedef {import("../pad/strokes.js").Stroke} Stroke */
/** @typedef {{value: string, strokes: Stroke[]}} State */

/**
 * One of the ten digits, or "" for all else.
 * @param {unknown} value
 */
export function digitOf(value) {
  const text = String(value ?? "").trim();
  return /^[0-9]$/.test(text) ? text : "";
}

/**
 * What a browser is given to keep.
 * @param {State} state
 */
export const textOf = (state) => JSON.stringify(state);

/**
 * What it brings back: that, or a value that it fills in by itself.
 * @param {string} text
 * @returns {State}
 */
export function stateOf(text) {
  try {
    const { value, strokes } = JSON.parse(text);
    if (isDrawing(strokes)) return { value: digitOf(value), strokes };
  } catch {
    // no state of ours
  }
  return { value: digitOf(text), strokes: [] };
}

/** @param {unknown} strokes */
function isDrawing(strokes) {
  return (
    Array.isArray(strokes) &&
    strokes.every(
      (stroke) =>
        Array.isArray(stroke) &&
        stroke.every((point) => Number.isFinite(point?.x) && Number.isFinite(point?.y)),
    )
  );
}
