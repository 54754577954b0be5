// @ts-check
/**
 * Drawings as strokes, and what can be done to them without a canvas.
 *
 * A drawing is a list of strokes, a stroke a list of points, in pixels of the 336 x 336
 * canvas. Pure functions; nothing that comes in is changed.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {Point[]} Stroke */
/** A picture, ink dark on light paper or a photo, lies under the strokes. */
/** @typedef {{strokes: Stroke[], picture: HTMLCanvasElement | null}} Drawing */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** Side of the canvas, in pixels. */
export const CANVAS = 336;

/** Side of the image that a network sees, in pixels. */
export const SIDE = 28;

/** Diameter of the round pen, in pixels. */
export const PEN = 20;

/** Points lie on a grid of quarters of a pixel, so that a link can hold them exactly. */
export const GRID = 4;

/** @type {Drawing} */
export const BLANK = { strokes: [], picture: null };

/** Longer side of the ink, pen included, of a drawing of normal size, in pixels. */
export const NORMAL = 240;

/**
 * The box around all points, or null if there is none.
 * @param {Stroke[]} strokes
 * @returns {Box | null}
 */
export function boundingBox(strokes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of strokes.flat()) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return left > right ? null : { left, top, right, bottom };
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
 * The nearest point of the grid, on the paper or where ink just no longer shows.
 * @param {Point} point
 * @returns {Point}
 */
export function onGrid({ x, y }) {
  const snap = (/** @type {number} */ value) =>
    Math.round(Math.min(Math.max(value, -PEN / 2), CANVAS + PEN / 2) * GRID) / GRID;
  return { x: snap(x), y: snap(y) };
}

/** @param {Point} a  @param {Point} b */
export const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/**
 * Points from one (left out) to another (included), at most `step` pixels apart.
 * @param {Point} from
 * @param {Point} to
 * @param {number} step
 * @returns {Point[]}
 */
export function between(from, to, step) {
  const count = Math.max(Math.ceil(distance(from, to) / step), 1);
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 1) / count;
    return {
      x: from.x + (to.x - from.x) * share,
      y: from.y + (to.y - from.y) * share,
    };
  });
}

/**
 * The drawing without the strokes that pass within `reach` of a point. It is the same
 * object if there are none.
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {number} reach  pixels
 * @returns {Drawing}
 */
export function without(drawing, point, reach) {
  const strokes = drawing.strokes.filter((stroke) => away(stroke, point) > reach);
  return strokes.length === drawing.strokes.length ? drawing : { ...drawing, strokes };
}

/** Distance of a point from a stroke's nearest part. */
function away(/** @type {Stroke} */ stroke, /** @type {Point} */ point) {
  return stroke.reduce((nearest, from, i) => {
    return Math.min(nearest, toSegment(point, from, stroke[i + 1] ?? from));
  }, Infinity);
}

/** @param {Point} point  @param {Point} from  @param {Point} to */
function toSegment(point, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = (point.x - from.x) * dx + (point.y - from.y) * dy;
  const share = Math.min(Math.max(along / (dx * dx + dy * dy), 0), 1);
  if (Number.isNaN(share)) return distance(point, from); // a segment of no length
  return distance(point, { x: from.x + share * dx, y: from.y + share * dy });
}
