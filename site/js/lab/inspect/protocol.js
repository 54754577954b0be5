// @ts-check
/**
 * What those who look inside ask of the page's worker (protocol.js), what it answers, and
 * how its arrays are read. Pure.
 *
 *   "look"       Picture, which the six below are then about         -> Look
 *   "unit"       {layer, at}  one number of a layer                 -> Unit
 *   "pictures"   {layer}      what it learned, as images            -> Numbers
 *   "explain"    {label}                                            -> Explanation
 *   "change"     {}           the smallest to another answer        -> Change
 *   "vary"       {amounts}    levers by name                        -> Variation
 *   "nearest"    {count}      of the training digits that it knows  -> Neighbour[]
 *   "learn"      {images, labels: ArrayBuffer}  training digits     -> number, in all
 */

/** An array, as float32 in C order. @typedef {{shape: number[], bytes: Uint8Array}} Numbers */
/**
 * What each layer makes of a drawing.
 * @typedef {object} Look
 * @property {Numbers} input
 * @property {(Numbers & {name: string, learned: number})[]} layers
 * @property {string[]} labels
 * @property {number} answer  the likeliest label
 */
/**
 * How one number of a layer comes about: as a sum of inputs times weights, as the greatest
 * of its inputs, or each of one alone.
 * @typedef {object} Unit
 * @property {"sum" | "greatest" | "each"} kind
 * @property {number} value
 * @property {number} bias
 * @property {number} count  of inputs
 * @property {{at: number, input: number, weight: number, product: number}[]} terms
 *   the greatest of them
 * @property {number} rest  sum of all others
 */
/** What speaks for a label, by pixel. @typedef {{gradient: Numbers, occlusion: Numbers}} Explanation */
/**
 * @typedef {object} Change
 * @property {Numbers} image
 * @property {Numbers} difference
 * @property {number} answer
 * @property {number} size  Euclidean, in pixels from paper to ink
 * @property {boolean} found
 */
/**
 * @typedef {object} Variation
 * @property {Numbers} image  as the network sees it
 * @property {number} answer
 * @property {number} probability
 * @property {Record<string, number[]>} along  the answer at places along each lever
 */
/** @typedef {{at: number, label: number, distance: number, image: Uint8Array}} Neighbour */

/** The numbers of an array. @param {Numbers} numbers */
export const floats = ({ bytes }) => new Float32Array(bytes.slice().buffer);
