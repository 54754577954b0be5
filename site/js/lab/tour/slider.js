// @ts-check
/** A slider with its name and its number: what the learner moves. */

import { make } from "../../shell/dom.js";

/**
 * @param {string} name  to the program
 * @param {string} text
 * @param {{min: number, max: number, step: number}} range
 */
export function slider(name, text, { min, max, step }) {
  const input = /** @type {HTMLInputElement} */ (make("input", { type: "range", name }));
  const amount = make("output");
  Object.assign(input, { min, max, step, value: 0 });
  return {
    element: make("label", { class: "slider" }, make("span", {}, text), amount, input),
    input,
    /** @param {number} value */
    set(value) {
      input.value = String(value);
    },
    /** @param {string} words */
    say(words) {
      amount.textContent = words;
    },
  };
}
