/** The stages of a network, and places in their outputs. Pure. */

/** @import { Look, Numbers } from "./protocol.js" */
/**
 * A convolution, pooling or dense layer with the layers after it that keep the order of
 * its numbers, such as ReLU.
 * @typedef {object} Stage
 * @property {"edges" | "shapes" | "pooling" | "features" | "scores" | "other"} kind
 * @property {number} first  index of its first layer
 * @property {string[]} names  of its layers
 * @property {number[]} shape  (C, H, W), or (count,)
 * @property {number[]} before  the shape of what goes in
 * @property {number[]} window  (KH, KW), or empty
 * @property {number} learned  number of parameters
 * @property {Numbers} values  its output
 */

/** By the first layer. @type {Record<string, Stage["kind"]>} */
const KINDS = { Conv2D: "shapes", MaxPool2D: "pooling", Dense: "features" };

/** @param {Pick<Look, "input" | "layers">} look  @returns {Stage[]} */
export function stagesOf({ input, layers }) {
  const stages = /** @type {Stage[]} */ ([]);
  layers.forEach((layer, first) => {
    const { name, shape, window, learned } = layer;
    if (layer.stage === stages.length) {
      const before = stages.at(-1)?.shape ?? input.shape;
      const kind = KINDS[name] ?? "other";
      stages.push({ kind, first, names: [], shape, before, window, learned, values: layer });
    }
    const stage = stages[layer.stage];
    stage.names.push(name);
    stage.values = layer;
  });
  const edges = stages[0];
  if (edges.kind === "shapes") edges.kind = "edges";
  const scores = /** @type {Stage} */ (stages.at(-1));
  if (scores.kind === "features") scores.kind = "scores";
  return stages;
}

/**
 * The place of a value: [map, row, column], or [index].
 * @param {number[]} shape
 * @param {number} at
 */
export function placeOf(shape, at) {
  if (shape.length === 1) return [at];
  const [, H, W] = shape;
  return [Math.floor(at / (H * W)), Math.floor((at % (H * W)) / W), at % W];
}

/**
 * Reads a place, such as "7.3.5", or the first of its numbers, such as "7". Empty if it is
 * not in the shape.
 * @param {string | null} text
 * @param {number[]} shape
 */
export function readPlace(text, shape) {
  const place = (text ?? "").split(".");
  const fits = place.every((number, i) => /^\d+$/.test(number) && Number(number) < shape[i]);
  return fits ? place.map(Number) : [];
}

/**
 * Index of the largest value at a place, of which the last numbers may be missing.
 * @param {number[]} place
 * @param {number[]} shape
 * @param {ArrayLike<number>} values
 */
export function largest(place, shape, values) {
  let [start, size] = [0, values.length];
  place.forEach((number, i) => {
    size /= shape[i];
    start += number * size;
  });
  let found = start;
  for (let at = start; at < start + size; at += 1) {
    if (values[at] > values[found]) found = at;
  }
  return found;
}
