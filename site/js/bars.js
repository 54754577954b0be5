// @ts-check
/** Ten bars, one for each label: owns #probabilities, a list of meters. */

import { percent } from "./words.js";

/** @param {HTMLElement} list */
export function createBars(list) {
  /** @type {{row: HTMLElement, meter: HTMLMeterElement, value: HTMLElement}[]} */
  let bars = [];
  let shown = "";

  return {
    /** One bar for each label, empty if they are new. @param {string[]} labels */
    label(labels) {
      if (JSON.stringify(labels) === shown) return;
      shown = JSON.stringify(labels);
      bars = labels.map(newBar);
      list.replaceChildren(...bars.map(({ row }) => row));
    },
    /**
     * @param {number[]} probabilities
     * @param {number} winner  its index, or -1
     */
    show(probabilities, winner) {
      bars.forEach(({ row, meter, value }, i) => {
        meter.value = probabilities[i];
        value.textContent = percent(probabilities[i]);
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
  name.setAttribute("aria-hidden", "true"); // the meter has it as its name
  const meter = document.createElement("meter");
  meter.setAttribute("aria-label", label);
  const value = document.createElement("span");
  value.className = "value";
  value.setAttribute("aria-hidden", "true");
  row.append(name, meter, value);
  return { row, meter, value };
}
