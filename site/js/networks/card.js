// @ts-check
/**
 * A network's card: where it comes from, and how good it was found to be. Owns the list
 * in #card, which is filled while it is open.
 */

import { cardWords } from "./card-text.js";

/** @typedef {import("../worker/protocol.js").Description} Description */

/** As much of one entry as is shown: a file of a stranger may hold a book. */
const LONGEST = 300;

/**
 * @param {HTMLDetailsElement} element  with a dl in it
 * @param {() => Description | null} network  in use
 * @param {() => number} size  of its file, bytes; 0 where it is not known
 */
export function createCard(element, network, size) {
  const list = /** @type {HTMLElement} */ (element.querySelector("dl"));

  function fill() {
    const about = network();
    if (!element.open || about === null) return;
    const rows = Object.entries(cardWords(about, size())).flatMap(([name, text]) => [
      made("dt", name),
      made("dd", text.slice(0, LONGEST)),
    ]);
    list.replaceChildren(...rows);
  }

  element.addEventListener("toggle", fill);
  fill();
  return { /** Another network is in use. */ refresh: fill };
}

/** @param {"dt" | "dd"} tag  @param {string} text */
function made(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
