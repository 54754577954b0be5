// @ts-check
/** Ten bars, one for each label: owns #probabilities, a list of meters. */

import { putText } from "../shell/dom.js";
import { percent } from "../text/page.js";

/** By how much a bar is off at most while the pen moves: nobody sees it. */
const UNSEEN = 0.001;

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
     * @param {boolean} [moving]  so soon replaced that only what can be seen is to change
     */
    show(probabilities, winner, moving = false) {
      bars.forEach(({ row, meter, value }, i) => {
        const probability = probabilities[i];
        const change = Math.abs(probability - meter.value);
        if (change > (moving ? UNSEEN : 0)) meter.value = probability;
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
  name.setAttribute("aria-hidden", "true"); // the meter has it as its name
  const meter = document.createElement("meter");
  meter.setAttribute("aria-label", label);
  const value = document.createElement("span");
  value.className = "value";
  value.setAttribute("aria-hidden", "true");
  row.append(name, meter, value);
  return { row, meter, value };
}
