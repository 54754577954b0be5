// @ts-check
/**
 * Drawings as strokes, and what can be done to them without a canvas.
 *
 * A drawing is a list of strokes, a stroke a list of points, in pixels of the 336 x 336
 * canvas. Pure functions; nothing that comes in is changed.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {Point[]} Stroke */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** Side of the canvas, in pixels. */
export const CANVAS = 336;

/** Diameter of the round pen, in pixels. */
export const PEN = 20;

/** Longer side of the ink, pen included, of a drawing of normal size, in pixels. */
export const NORMAL = 240;

/**
 * The box around all points, or null if there is none.
 * @param {Stroke[]} strokes
 * @returns {Box | null}
 */
export function boundingBox(strokes) {
  const points = strokes.flat();
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

/**
 * The same drawing at normal size: the ink's longer side 240 of 336 px, pen included,
 * centred. The pen is not scaled: small writing comes out as thin as large.
 *
 * Ink hardly longer than the pen is wide is a dot and stays one: to enlarge it would
 * make a shape out of the hand's tremor.
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 */
export function refit(strokes) {
  const box = boundingBox(strokes);
  if (box === null) return [];
  const longer = Math.max(box.right - box.left, box.bottom - box.top);
  const scale = longer < PEN ? 1 : (NORMAL - PEN) / longer;
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  return strokes.map((stroke) =>
    stroke.map((point) => ({
      x: CANVAS / 2 + (point.x - x) * scale,
      y: CANVAS / 2 + (point.y - y) * scale,
    })),
  );
}

/**
 * The points of a stroke times `factor`: from one size of canvas to another.
 * @param {Stroke} stroke
 * @param {number} factor
 * @returns {Stroke}
 */
export function scaled(stroke, factor) {
  return stroke.map(({ x, y }) => ({ x: x * factor, y: y * factor }));
}
