/** The first step of the tour: the grey values of the drawing. */

import { SIDE } from "../../pad/strokes.js";
import { actionButton, div, make } from "../../shell/dom.js";
import { createMap } from "../inspect/activation-map.js";
import * as words from "./text.js";

/** @import { Step } from "./tour.js" */

/** Pixels shown on each side of the picked one. */
const AROUND = 2;

/**
 * @param {() => void} showSteps  opens the page's panel of the preprocessing steps
 * @returns {Step}
 */
export function createPixels(showSteps) {
  const reading = make("p", { class: "reading", role: "status" }, words.POINT_AT_PIXEL);
  const lens = make("div", { class: "lens", "aria-hidden": "true" });
  const cells = Array.from({ length: (2 * AROUND + 1) ** 2 }, () => make("span"));
  lens.append(...cells);
  let grey = /** @type {Uint8Array | null} */ (null);
  let picked = -1;
  const map = createMap([1, SIDE, SIDE], words.PIXELS_MAP, (at) => {
    picked = at;
    read();
  });

  function read() {
    if (grey === null || picked < 0) return;
    const [row, column] = [Math.floor(picked / SIDE), picked % SIDE];
    reading.textContent = words.pixelWords(row + 1, column + 1, grey[picked]);
    cells.forEach((cell, i) => {
      const size = 2 * AROUND + 1;
      const [r, c] = [row - AROUND + Math.floor(i / size), column - AROUND + (i % size)];
      const inside = r >= 0 && c >= 0 && r < SIDE && c < SIDE;
      const amount = inside ? /** @type {Uint8Array} */ (grey)[r * SIDE + c] : 255;
      cell.textContent = inside ? String(amount) : "";
      cell.style.backgroundColor = `rgb(${amount} ${amount} ${amount})`;
      // white and black have the same contrast with a grey of 117.5
      cell.style.color = amount < 118 ? "white" : "black";
    });
  }

  const steps = actionButton("steps", words.SHOW_STEPS);
  steps.addEventListener("click", showSteps);
  const aside = make("div", {}, reading, lens, make("p", {}, words.THEN), steps);
  return {
    element: div("step", map.element, aside),
    show(look) {
      grey = look.grey;
      map.show(Array.from(look.grey, (amount) => (255 - amount) / 255));
      read();
    },
  };
}
