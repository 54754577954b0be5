// @ts-check
/** What a network's card says. Pure. */

import * as say from "../say/card.js";
import { fill, hundredths, kilobytes, whole } from "../text/page.js";

/** @typedef {import("../worker/protocol.js").Description} Description */

/** Of what a card of ours has. A file's card may name anything. */
const NAMES = new Map(Object.entries(say.NAMES));

/** @param {string} name */
const named = (name) => NAMES.get(name) ?? name;

/**
 * A network's card as names and texts. A file's card may hold anything.
 * @param {Description} network
 * @param {number} size  of the file, bytes; 0 where it is not known
 */
export function cardWords({ architecture, parameters, fit, threshold, card }, size) {
  /** @type {Record<string, string>} */
  const rows = {
    [say.LAYERS]: architecture,
    [say.PARAMETERS]: whole.format(parameters),
    [say.SEES]: fill(fit === "digit" ? say.CENTRED : say.AS_DRAWN, { threshold }),
  };
  if (size > 0) rows[say.FILE] = kilobytes(size);
  for (const [name, value] of Object.entries(card)) {
    const parts = value !== null && typeof value === "object" ? value : { [name]: value };
    for (const [part, fact] of Object.entries(parts)) {
      const of = part === name ? "" : `${named(name)}, `;
      rows[of + named(part)] = cardFact(fact);
    }
  }
  return rows;
}

/** A share as per cent, all else as it is. @param {unknown} fact */
function cardFact(fact) {
  if (typeof fact !== "number" || fact <= 0 || fact >= 1) return String(fact);
  return hundredths.format(fact);
}
