/** Shows the probabilities: owns #probabilities, a list with a meter per label. */

import { make, putText } from "../shell/dom.js";
import { percent } from "../text/page.js";

/** Smaller changes are not painted while the pen moves: they are invisible. */
const MIN_CHANGE = 0.001;

/** @param {HTMLElement} list */
export function createBars(list) {
  /** @type {{row: HTMLElement, meter: HTMLMeterElement, value: HTMLElement}[]} */
  let bars = [];
  let shown = "";

  return {
    /** One bar per label, empty if the labels are new. @param {string[]} labels */
    label(labels) {
      if (JSON.stringify(labels) === shown) return;
      shown = JSON.stringify(labels);
      bars = labels.map(newBar);
      const longest = Math.max(1, ...labels.map(({ length }) => length));
      list.style.setProperty("--longest", String(longest)); // column width in characters
      list.replaceChildren(...bars.map(({ row }) => row));
    },
    /**
     * @param {number[]} probabilities
     * @param {number} winner  its index, or -1
     * @param {boolean} [moving]  the pen is moving: skip invisible changes
     */
    show(probabilities, winner, moving = false) {
      bars.forEach(({ row, meter, value }, i) => {
        const probability = probabilities[i];
        const change = Math.abs(probability - meter.value);
        if (change > (moving ? MIN_CHANGE : 0)) meter.value = probability;
        putText(value, percent(probability));
        row.classList.toggle("winner", i === winner);
      });
    },
    clear() {
      for (const { row, meter, value } of bars) {
        meter.value = 0;
        value.textContent = "";
        row.classList.remove("winner");
      }
    },
  };
}

/** @param {string} label */
function newBar(label) {
  const hidden = { "aria-hidden": "true" }; // the meter has label and value
  const name = make("span", { class: "label", ...hidden }, label);
  const meter = make("meter", { "aria-label": label });
  const value = make("span", { class: "value", ...hidden });
  return { row: make("li", {}, name, meter, value), meter, value };
}
