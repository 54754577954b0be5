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
  const options = [...sources];
  list.replaceChildren(...options.map(optionOf));

  list.addEventListener("change", () => onPick(options[list.selectedIndex]));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) onFile(file);
    input.value = ""; // allows the same file to be chosen again
  });

  return {
    /** Show `source` as the network in use. @param {Source} source  @param {string} about */
    select(source, about) {
      if (!options.includes(source)) {
        options.push(source);
        list.add(optionOf(source));
      }
      list.selectedIndex = options.indexOf(source);
      facts.textContent = about;
    },
    /** @param {string} text  an error, "" for none */
    notify(text) {
      notice.textContent = text;
      if (text !== "") reveal(element);
    },
  };
}

/** @param {Source} source */
const optionOf = (source) => new Option(optionText(source), source.name);
