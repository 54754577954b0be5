/** Lets the user choose a network: owns #network, with its list and file input. */

/** @import { Source } from "./sources.js" */

import { finder, reveal } from "../shell/dom.js";
import { optionText } from "../text/page.js";

/**
 * @param {HTMLElement} element
 * @param {Source[]} sources  initial options
 * @param {object} events
 * @param {(source: Source) => void} events.onPick
 * @param {(file: File) => void} events.onFile
 */
export function createPicker(element, sources, { onPick, onFile }) {
  const find = finder(element);
  const list = find("select", HTMLSelectElement);
  const input = find("input", HTMLInputElement);
  const facts = find(".facts");
  const notice = find(".notice");
  let options = sources;
  let saved = /** @type {Source[]} */ ([]);
  list.replaceChildren(...options.map(optionOf));

  list.addEventListener("change", () => onPick(options[list.selectedIndex]));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) onFile(file);
    input.value = ""; // allows the same file to be chosen again
  });

  /** List the site's networks, opened files, the saved networks, and the one in use. */
  function show(/** @type {Source} */ inUse) {
    const others = options.filter((one) => one.saved === undefined);
    const next = [...new Set([...others, ...saved, inUse])];
    if (next.length !== options.length || next.some((one, i) => one !== options[i])) {
      options = next;
      list.replaceChildren(...options.map(optionOf));
    }
    list.selectedIndex = options.indexOf(inUse);
  }

  return {
    /** Show `source` as the network in use. @param {Source} source  @param {string} about */
    select(source, about) {
      show(source);
      facts.textContent = about;
    },
    /** Offer the networks that are saved on this device. @param {Source[]} those */
    offer(those) {
      saved = those;
      show(options[list.selectedIndex]);
    },
    /** @param {string} text  an error, "" for none */
    notify(text) {
      notice.textContent = text;
      if (text !== "") reveal(notice);
    },
  };
}

/** @param {Source} source */
const optionOf = (source) => new Option(optionText(source), source.name);
