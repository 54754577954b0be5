/** Shows the probabilities: owns #probabilities, a list with a meter per label. */

import { putText } from "../shell/dom.js";
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
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.className = "label";
  name.textContent = label;
  name.setAttribute("aria-hidden", "true"); // the meter's label says it
  const meter = document.createElement("meter");
  meter.setAttribute("aria-label", label);
  const value = document.createElement("span");
  value.className = "value";
  value.setAttribute("aria-hidden", "true");
  row.append(name, meter, value);
  return { row, meter, value };
}
