/**
 * The inspector's requests to the page's worker, and their replies. Pure.
 *
 *   "look"       Picture, which the next six refer to               -> Look
 *   "unit"       {layer, at}  one value of a layer                  -> Unit
 *   "explain"    {label}                                            -> Explanation
 *   "change"     {}           the smallest one to another answer    -> Change
 *   "vary"       {amounts}    by slider                             -> Variation
 *   "ideal"      {}           what the network looks for, by label  -> Numbers
 *   "nearest"    {count, blocks}  among so many blocks of digits;
 *                none until it has them                             -> Neighbour[]
 *   "learn"      {block, images, labels: ArrayBuffer}  training digits; replaces those
 *                of the same block                                  -> number, total
 */

/** An array, as float32 in C order. @typedef {{shape: number[], bytes: Uint8Array}} Numbers */
/**
 * The output of a layer. `learned` is its number of parameters, `window` its (KH, KW) or
 * empty, `stage` the number of its stage.
 * @typedef {Numbers & {name: string, learned: number, window: number[], stage: number}}
 *   Layer
 */
/**
 * @typedef {object} Look
 * @property {Numbers} input
 * @property {Layer[]} layers
 * @property {string[]} labels
 * @property {number} answer  index of the most probable label
 * @property {number[]} probabilities
 */
/**
 * The image among a unit's inputs that contributes most, and its weights.
 * @typedef {{map: number, inputs: Numbers, weights: Numbers, sum: number}} Window
 */
/**
 * How one value of a layer is computed: as a weighted sum of inputs, as the maximum of its
 * inputs, or elementwise.
 * @typedef {object} Unit
 * @property {"sum" | "greatest" | "each"} kind
 * @property {number} value
 * @property {number} bias
 * @property {number} count  number of inputs
 * @property {{at: number, input: number, weight: number, product: number}[]} terms
 *   the largest ones
 * @property {number} rest  sum of the other terms
 * @property {{layer: string, python: string, value: number}[]} lines  of this layer and of
 *   the activations after it
 * @property {Window | undefined} window  undefined if its inputs are no images
 */
/** Evidence for a label, by pixel. @typedef {{gradient: Numbers, occlusion: Numbers}} Explanation */
/**
 * @typedef {object} Change
 * @property {Numbers} image
 * @property {Numbers} difference
 * @property {number} answer
 * @property {number} squares  sum of the squared differences
 * @property {boolean} found
 */
/**
 * @typedef {object} Variation
 * @property {Numbers} image  network input
 * @property {number} answer
 * @property {number} probability
 * @property {Record<string, number[]>} along  answers at positions along each slider
 */
/** @typedef {{at: number, label: number, distance: number, image: Uint8Array}} Neighbour */

/** The values of an array. @param {Numbers} numbers */
export const floats = ({ bytes }) => new Float32Array(bytes.slice().buffer);
