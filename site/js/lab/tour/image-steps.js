/** Steps of the tour: the drawing as grey values, and as the network gets it. */

import { paintGray } from "../../answer/grayscale.js";
import { SIDE } from "../../pad/strokes.js";
import { actionButton, div, make } from "../../shell/dom.js";
import { createMap } from "../inspect/activation-map.js";
import { floats } from "../inspect/protocol.js";
import { createCode, LINES } from "./code-lines.js";
import * as words from "./text.js";

/** @import { Step } from "./tour.js" */

/** Pixels shown on each side of the picked one. */
const AROUND = 2;

/** Grey values as they are: 0 is black. */
const GREYS = { background: [0, 0, 0], ink: [255, 255, 255] };

/** @returns {Step} */
export function createPixels() {
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
  const canvas = /** @type {HTMLCanvasElement} */ (map.element.querySelector("canvas"));

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

  return {
    element: make(
      "div",
      {},
      div("step pixels", map.element, make("div", {}, reading, lens)),
      createCode(LINES.pixels).element,
    ),
    show(look) {
      grey = look.grey;
      paintGray(canvas, grey, GREYS);
      read();
    },
  };
}

/**
 * @param {() => void} showSteps  opens the page's panel of the preprocessing steps
 * @returns {Step}
 */
export function createInput(showSteps) {
  const before = make("canvas", { role: "img", "aria-label": words.AS_DRAWN });
  const after = make("canvas", { role: "img", "aria-label": words.AS_INPUT });
  const how = make("p");
  const steps = actionButton("steps", words.SHOW_STEPS);
  steps.addEventListener("click", showSteps);
  return {
    element: make(
      "div",
      {},
      how,
      div(
        "images",
        make("figure", {}, before, make("figcaption", {}, words.AS_DRAWN)),
        make("span", { "aria-hidden": "true" }, "→"),
        make("figure", {}, after, make("figcaption", {}, words.AS_INPUT)),
      ),
      steps,
      createCode(LINES.input).element,
    ),
    show({ grey, input, fit }) {
      paintGray(before, grey, GREYS);
      // the same colours: 0 is black, 1 is white
      paintGray(after, Uint8Array.from(floats(input), (ink) => ink * 255), GREYS);
      how.textContent = fit === "digit" ? words.CENTRED : words.IN_PLACE;
    },
  };
}
