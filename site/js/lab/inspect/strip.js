// @ts-check
/** Answers along a lever, as a strip that shows where they flip. */

/**
 * One piece for each stretch with the same answer.
 * @param {number[]} along  places among the labels
 * @param {string[]} labels
 */
export function stretches(along, labels) {
  /** @type {HTMLElement[]} */
  const pieces = [];
  for (let start = 0, end = 0; start < along.length; start = end) {
    while (end < along.length && along[end] === along[start]) end += 1;
    const piece = document.createElement("b");
    piece.textContent = labels[along[start]];
    piece.style.flexGrow = String(end - start);
    pieces.push(piece);
  }
  return pieces;
}
