/** Paints arrays as heatmaps: blue is positive, orange negative. Pure but for the canvas. */

/** RGB, the same in every theme. */
const ZERO = [17, 24, 39];
const POSITIVE = [157, 190, 255];
const NEGATIVE = [255, 160, 80];

/** Makes small values easier to see. */
const GAMMA = 0.7;

/** RGB of a value. @param {number} share  of the largest magnitude, -1 ... 1 */
export function colorOf(share) {
  const full = share >= 0 ? POSITIVE : NEGATIVE;
  const amount = Math.abs(share) ** GAMMA;
  return ZERO.map((from, c) => Math.round(from + (full[c] - from) * amount));
}

/**
 * The colour of text on an RGB colour: both contrasts are equal at a luminance of 0.179.
 * Source: WCAG 2.2, "relative luminance", with a gamma of 2.2.
 * @param {number[]} color
 */
export function textOn(color) {
  const [r, g, b] = color.map((part) => (part / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "black" : "white";
}

/** Columns for a vector, which is laid out wider than high. @param {number} count */
const columnsOf = (count) =>
  count <= 32 ? count : Math.min(count, Math.ceil(Math.sqrt(count * 5)));

/**
 * Where each value of an array is in its heatmap: images in a grid, with a line between
 * them; the values of a vector in rows.
 * @param {number[]} shape  (C, H, W), or (count,)
 * @param {number} [most]  columns of images
 */
export function layout(shape, most = 8) {
  const images = shape.length === 3;
  const [C, H, W] = images ? shape : [shape[0], 1, 1];
  const gap = images ? 1 : 0;
  const columns = images ? Math.min(C, most) : columnsOf(C);
  const rows = Math.ceil(C / columns);
  return {
    width: columns * (W + gap) - gap,
    height: rows * (H + gap) - gap,
    count: C * H * W,
    /** @param {number} at  @returns {[number, number]} */
    place(at) {
      const image = Math.floor(at / (H * W));
      const [row, column] = [Math.floor((at % (H * W)) / W), at % W];
      return [
        (image % columns) * (W + gap) + column,
        Math.floor(image / columns) * (H + gap) + row,
      ];
    },
    /** Index of the value at a position, or -1. @param {number} x  @param {number} y */
    at(x, y) {
      const [i, j] = [Math.floor(x / (W + gap)), Math.floor(y / (H + gap))];
      const [column, row] = [x - i * (W + gap), y - j * (H + gap)];
      const image = j * columns + i;
      const inside = column < W && row < H && i < columns && image < C;
      return inside && x >= 0 && y >= 0 ? image * H * W + row * W + column : -1;
    },
  };
}

/**
 * Paints values; the largest magnitude has full colour.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {ReturnType<typeof layout>} where
 */
export function paint(canvas, values, where) {
  canvas.width = where.width;
  canvas.height = where.height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(where.width, where.height);
  let largest = 1e-12;
  for (let i = 0; i < where.count; i += 1) largest = Math.max(largest, Math.abs(values[i]));
  for (let i = 0; i < where.count; i += 1) {
    const [x, y] = where.place(i);
    image.data.set([...colorOf(values[i] / largest), 255], 4 * (y * where.width + x));
  }
  context.putImageData(image, 0, 0);
}

/** Paints 28 x 28 values. @param {HTMLCanvasElement} canvas  @param {ArrayLike<number>} values */
export const paintImage = (canvas, values) =>
  paint(canvas, values, layout([1, 28, 28]));
