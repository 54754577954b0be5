// @ts-check
/** Which network is in use: owns #network, with its list, its file button and a line. */

/** @typedef {import("./sources.js").Source} Source */

import { offered as offer } from "../text/page.js";

/**
 * @param {HTMLElement} element
 * @param {Source[]} sources  to choose from, at first
 * @param {object} events
 * @param {(source: Source) => void} events.onPick  not yet in use
 * @param {(file: File) => void} events.onFile
 */
export function createPicker(element, sources, { onPick, onFile }) {
  const list = /** @type {HTMLSelectElement} */ (element.querySelector("select"));
  const input = /** @type {HTMLInputElement} */ (element.querySelector("input"));
  const facts = /** @type {HTMLElement} */ (element.querySelector(".facts"));
  const notice = /** @type {HTMLElement} */ (element.querySelector(".notice"));
  const offered = [...sources];
  list.replaceChildren(...offered.map(optionOf));

  list.addEventListener("change", () => onPick(offered[list.selectedIndex]));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) onFile(file);
    input.value = ""; // so that the same file, mended, can be chosen again
  });

  return {
    /** Show that `source` is in use. @param {Source} source  @param {string} about */
    select(source, about) {
      if (!offered.includes(source)) {
        offered.push(source);
        list.add(optionOf(source));
      }
      list.selectedIndex = offered.indexOf(source);
      facts.textContent = about;
    },
    /** Say what went wrong, or "" that nothing did. @param {string} text */
    notify(text) {
      notice.textContent = text;
    },
  };
}

/** @param {Source} source */
const optionOf = (source) => new Option(offer(source), source.name);
