// @ts-check
/**
 * A network's card: its provenance and measured accuracy. Owns the list in #card, which
 * is filled while it is open.
 */

import * as say from "../say/card.js";
import { fill, hundredths, kilobytes, whole } from "../text/page.js";
import { make } from "../shell/dom.js";

/** @typedef {import("../worker/protocol.js").Description} Description */

/** Characters of an entry that are shown; a file may hold any text. */
const LONGEST = 300;

/**
 * @param {HTMLDetailsElement} element  with a dl in it
 * @param {() => Description | null} network  in use
 * @param {() => number} size  of its file, bytes; 0 where it is not known
 */
export function createCard(element, network, size) {
  const list = /** @type {HTMLElement} */ (element.querySelector("dl"));

  function show() {
    const about = network();
    if (!element.open || about === null) return;
    const rows = Object.entries(cardRows(about, size())).flatMap(([name, text]) => [
      make("dt", {}, name),
      make("dd", {}, text.slice(0, LONGEST)),
    ]);
    list.replaceChildren(...rows);
  }

  element.addEventListener("toggle", show);
  show();
  return { /** Another network is in use. */ refresh: show };
}

/** Of the shipped networks' cards; the card of a file may have other entries. */
const NAMES = new Map(Object.entries(say.NAMES));

/** @param {string} name */
const named = (name) => NAMES.get(name) ?? name;

/**
 * A network's card as names and texts.
 * @param {Description} network
 * @param {number} size  of the file, bytes; 0 where it is not known
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
    for (const [part, fact] of Object.entries(parts)) {
      const of = part === name ? "" : `${named(name)}, `;
      rows[of + named(part)] = cardFact(fact);
    }
  }
  return rows;
}

/** A share in per cent, anything else as it is. @param {unknown} fact */
function cardFact(fact) {
  if (typeof fact !== "number" || fact <= 0 || fact >= 1) return String(fact);
  return hundredths.format(fact);
}
