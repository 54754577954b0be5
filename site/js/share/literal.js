// @ts-check
/** An image as the literal of a NumPy array. Pure. */

import { SIDE } from "../pad/strokes.js";

/**
 * What the network saw, as NumPy would be told of it.
 * @param {Uint8Array} ink  28 x 28, 0 paper ... 255 ink
 */
export function toNumpy(ink) {
  const rows = Array.from({ length: SIDE }, (_, row) => {
    const numbers = [...ink.subarray(row * SIDE, (row + 1) * SIDE)];
    return `    [${numbers.join(", ")}],`;
  });
  return `np.array([\n${rows.join("\n")}\n], dtype=np.uint8)\n`;
}
