/**
 * The line below the bars: says so where they are no answer, and switches their scale. Owns
 * #scale.
 */

import { finder, putText } from "../shell/dom.js";

/** @param {HTMLElement} element  @param {(isLogarithmic: boolean) => void} onSwitch */
export function createScale(element, onSwitch) {
  const find = finder(element);
  const note = find(".words");
  const button = find("button");

  button.addEventListener("click", () => {
    const isLogarithmic = button.ariaPressed !== "true";
    button.ariaPressed = String(isLogarithmic);
    onSwitch(isLogarithmic);
  });
  return {
    /** @param {string} text  "" for none */
    note: (text) => putText(note, text),
  };
}
