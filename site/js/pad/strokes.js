/**
 * The geometry of strokes: lists of points, in pixels of the 336 x 336 canvas. Pure
 * functions, which do not change their arguments.
 */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {Point[]} Stroke */
/**
 * A character of a number that the person has corrected: its strokes, and its place among
 * the characters that one stroke was cut into.
 * @typedef {{strokes: Stroke[], part: number, text: string}} Fixed
 */
/**
 * The picture, such as a photo, is painted under the strokes.
 * @typedef {{strokes: Stroke[], picture: HTMLCanvasElement | null, fixed?: Fixed[]}} Drawing
 */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/** Side of the canvas, in pixels. */
export const CANVAS = 336;

/** Greatest width of the canvas for a number, in pixels. */
export const WIDEST = 12 * CANVAS;

/** Side of the network's input, in pixels. */
export const SIDE = 28;

/** Diameter of the round pen, in pixels. */
export const PEN = 20;

/** Grid lines per pixel: points are rounded to it, so that links are exact. */
export const GRID = 4;

/** @type {Drawing} */
export const BLANK = { strokes: [], picture: null };

/** Longer side of a refitted drawing, pen included, in pixels. */
const NORMAL = 240;

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
 * The width of the paper that strokes are on: CANVAS, or more if only a number's has room.
 * @param {Stroke[]} strokes
 */
export function paperWidth(strokes) {
  const right = boundingBox(strokes)?.right ?? 0;
  return right > CANVAS + PEN / 2 ? Math.ceil(right) + PEN : CANVAS;
}

/** @param {Box} box */
const longerSide = ({ left, top, right, bottom }) => Math.max(right - left, bottom - top);

/** Whether the strokes are a dot: shorter than the pen is wide. @param {Stroke[]} strokes */
export function isDot(strokes) {
  const box = boundingBox(strokes);
  return box !== null && longerSide(box) < PEN;
}

/**
 * Centre the strokes and scale them so that the ink's longer side, pen included, is NORMAL.
 * The pen is not scaled: small writing becomes as thin as large writing.
 *
 * Ink shorter than the pen's width stays a dot: scaling would turn tremor into a shape.
 * @param {Stroke[]} strokes
 * @returns {Stroke[]}
 */
export function refit(strokes) {
  const box = boundingBox(strokes);
  if (box === null) return [];
  const longer = longerSide(box);
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
 * Strokes as buffers, for Python.
 * @param {Stroke[]} strokes
 */
export function flatten(strokes) {
  const points = Float32Array.from(strokes.flat().flatMap(({ x, y }) => [x, y]));
  return { points: points.buffer, lengths: strokes.map(({ length }) => length) };
}

/**
 * The nearest grid point, at most half a pen's width outside the canvas.
 * @param {Point} point
 * @param {number} width  of the canvas
 * @returns {Point}
 */
export function onGrid({ x, y }, width = CANVAS) {
  const snap = (/** @type {number} */ value, /** @type {number} */ side) =>
    Math.round(Math.min(Math.max(value, -PEN / 2), side + PEN / 2) * GRID) / GRID;
  return { x: snap(x, width), y: snap(y, CANVAS) };
}

/** @param {Point} a  @param {Point} b */
export const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/**
 * Points from `from` (excluded) to `to` (included), at most `step` pixels apart.
 * @param {Point} from
 * @param {Point} to
 * @param {number} step
 * @returns {Point[]}
 */
export function between(from, to, step) {
  const count = Math.max(Math.ceil(distance(from, to) / step), 1);
  return Array.from({ length: count }, (_, i) => {
    const t = (i + 1) / count;
    return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
  });
}

/**
 * The drawing without the strokes within `radius` of a point; the same object if there
 * are none.
 * @param {Drawing} drawing
 * @param {Point} point
 * @param {number} radius  pixels
 * @returns {Drawing}
 */
export function without(drawing, point, radius) {
  const strokes = drawing.strokes.filter((stroke) => distanceTo(stroke, point) > radius);
  return strokes.length === drawing.strokes.length ? drawing : { ...drawing, strokes };
}

/** Distance of a point from a stroke. */
function distanceTo(/** @type {Stroke} */ stroke, /** @type {Point} */ point) {
  return stroke.reduce((nearest, from, i) => {
    return Math.min(nearest, distanceToSegment(point, from, stroke[i + 1] ?? from));
  }, Infinity);
}

/** @param {Point} point  @param {Point} from  @param {Point} to */
function distanceToSegment(point, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = (point.x - from.x) * dx + (point.y - from.y) * dy;
  const t = Math.min(Math.max(along / (dx * dx + dy * dy), 0), 1);
  if (Number.isNaN(t)) return distance(point, from); // a segment of length 0
  return distance(point, { x: from.x + t * dx, y: from.y + t * dy });
}
