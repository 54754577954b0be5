/**
 * Shows a network's model card: architecture, provenance, measured accuracy. Owns the list
 * in #card, which is filled only while it is open.
 */

import * as say from "../say/card.js";
import { fill, hundredths, kilobytes, whole } from "../text/page.js";
import { make } from "../shell/dom.js";

/** @import { Description } from "../worker/protocol.js" */

/** Limit for an entry, in characters: a file may contain any text. */
const MAX_LENGTH = 300;

/**
 * @param {HTMLDetailsElement} element  with a dl in it
 * @param {() => Description | null} network  the current one
 * @param {() => number} size  of its file in bytes, 0 if not known
 */
export function createCard(element, network, size) {
  const list = /** @type {HTMLElement} */ (element.querySelector("dl"));

  function show() {
    const about = network();
    if (!element.open || about === null) return;
    const rows = Object.entries(cardRows(about, size())).flatMap(([name, text]) => [
      make("dt", {}, name),
      make("dd", {}, text.slice(0, MAX_LENGTH)),
    ]);
    list.replaceChildren(...rows);
  }

  element.addEventListener("toggle", show);
  show();
  return { /** Call when the network has changed. */ refresh: show };
}

/** Labels of the entries in shipped networks' cards; other files may have others. */
const NAMES = new Map(Object.entries(say.NAMES));

/** @param {string} name */
const labelOf = (name) => NAMES.get(name) ?? name;

/**
 * A network's card as labels and texts.
 * @param {Description} network
 * @param {number} size  of the file in bytes, 0 if not known
 */
export function cardRows({ architecture, parameters, fit, threshold, card }, size) {
  /** @type {Record<string, string>} */
  const rows = {
    [say.LAYERS]: architecture,
    [say.PARAMETERS]: whole.format(parameters),
    [say.SEES]: fill(fit === "digit" ? say.CENTRED : say.AS_DRAWN, { threshold }),
  };
  if (size > 0) rows[say.FILE] = kilobytes(size);
  for (const [name, value] of Object.entries(card)) {
    const parts = value !== null && typeof value === "object" ? value : { [name]: value };
    const areShares = parts === value && !Array.isArray(value); // such as "accuracy"
    for (const [part, fact] of Object.entries(parts)) {
      const prefix = part === name ? "" : `${labelOf(name)}, `;
      rows[prefix + labelOf(part)] = cardFact(fact, areShares);
    }
  }
  return rows;
}

/**
 * Formats a fraction as a percentage, anything else as it is.
 * @param {unknown} fact
 * @param {boolean} isShare  0 and 1 are fractions, too
 */
function cardFact(fact, isShare) {
  if (typeof fact !== "number" || fact < 0 || fact > 1) return String(fact);
  return Number.isInteger(fact) && !isShare ? String(fact) : hundredths.format(fact);
}
