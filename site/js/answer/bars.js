/** Shows the probabilities: owns #probabilities, a list with a meter per label. */

import { make, putAttribute, putText } from "../shell/dom.js";
import { percent, smallPercent } from "../text/page.js";

/** Smaller changes are not painted while the pen moves: they are invisible. */
const MIN_CHANGE = 0.001;

/** The smallest probability that has a bar on the logarithmic scale. */
const LEAST = 1e-4;

/** Its bar's length, from 0 to 1, on the logarithmic scale. @param {number} probability */
const logLength = (probability) =>
  1 - Math.log(Math.max(probability, LEAST)) / Math.log(LEAST);

/** @param {HTMLElement} list */
export function createBars(list) {
  /** @type {{row: HTMLElement, meter: HTMLMeterElement, value: HTMLElement}[]} */
  let bars = [];
  let shown = "";
  let last = /** @type {number[]} */ ([]);
  let isLog = false;

  /** @param {boolean} [moving]  the pen is moving: skip invisible changes */
  function paint(moving = false) {
    last.forEach((probability, i) => {
      const { meter, value } = bars[i];
      const length = isLog ? logLength(probability) : probability;
      const text = isLog ? smallPercent(probability) : percent(probability);
      if (Math.abs(length - meter.value) > (moving ? MIN_CHANGE : 0)) meter.value = length;
      meter.ariaValueText = isLog ? text : null;
      putText(value, text);
    });
  }

  return {
    /** One bar per label, empty if the labels are new. @param {readonly string[]} labels */
    label(labels) {
      if (JSON.stringify(labels) === shown) return;
      shown = JSON.stringify(labels);
      last = [];
      bars = labels.map(newBar);
      const longest = Math.max(1, ...labels.map(({ length }) => length));
      list.style.setProperty("--longest", String(longest)); // column width in characters
      list.replaceChildren(...bars.map(({ row }) => row));
    },
    /**
     * @param {number[]} probabilities
     * @param {number} winner  its index, or -1 where none is the answer
     * @param {boolean} [moving]  the pen is moving: skip invisible changes
     */
    show(probabilities, winner, moving = false) {
      last = probabilities;
      paint(moving);
      bars.forEach(({ row }, i) => row.classList.toggle("winner", i === winner));
      putAttribute(list, "data-answer", String(winner >= 0));
    },
    clear() {
      last = [];
      for (const { row, meter, value } of bars) {
        meter.value = 0;
        meter.ariaValueText = null;
        value.textContent = "";
        row.classList.remove("winner");
      }
      putAttribute(list, "data-answer", "true");
    },
    /** Whether small probabilities have visible bars. @param {boolean} on */
    setLogarithmic(on) {
      isLog = on;
      paint();
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
