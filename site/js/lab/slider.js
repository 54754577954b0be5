/** A slider with its name and value. */

import { make } from "../shell/dom.js";

/**
 * @param {string} name
 * @param {string} text
 * @param {{min: number, max: number, step: number}} range
 */
export function slider(name, text, range) {
  const input = make("input", { type: "range", name, ...range, value: 0 });
  const output = make("output");
  return {
    element: make("label", { class: "slider" }, make("span", {}, text), output, input),
    input,
    /** @param {number} value */
    set(value) {
      input.value = String(value);
    },
    /** @param {string} value */
    say(value) {
      output.textContent = value;
    },
  };
}
