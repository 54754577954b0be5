// @ts-check
/** What a network's card says, in English. Pure. */

import { hundredths, kilobytes, whole } from "./words.js";

/** @typedef {import("./protocol.js").Description} Description */

/** Names of what a card says, where they are not words yet. */
const CARD = new Map([
  ["trained_on", "trained on"],
  ["test", "MNIST test"],
]);

/**
 * A network's card as names and texts. A file's card may hold anything.
 * @param {Description} network
 * @param {number} size  of the file, bytes; 0 where it is not known
 */
export function cardWords({ architecture, parameters, fit, threshold, card }, size) {
  /** @type {Record<string, string>} */
  const rows = {
    layers: architecture,
    parameters: whole.format(parameters),
    sees: `${fit === "digit" ? "the drawing centred" : "it as drawn"}, ink below a grey of ${threshold}`,
  };
  if (size > 0) rows.file = kilobytes(size);
  for (const [name, value] of Object.entries(card)) {
    const parts = value !== null && typeof value === "object" ? value : { [name]: value };
    for (const [part, fact] of Object.entries(parts)) {
      const of = part === name ? "" : `${name}, `;
      rows[of + (CARD.get(part) ?? part)] = cardFact(fact);
    }
  }
  return rows;
}

/** A share as per cent, all else as it is. @param {unknown} fact */
function cardFact(fact) {
  if (typeof fact !== "number" || fact <= 0 || fact >= 1) return String(fact);
  return hundredths.format(fact);
}
