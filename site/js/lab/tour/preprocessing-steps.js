// @ts-check
/** Steps of the tour: pixels, threshold and centring. */

import { createLive } from "../../worker/latest-only.js";
import { paintGray } from "../../answer/grayscale.js";
import { SIDE } from "../../pad/strokes.js";
import { make } from "../../shell/dom.js";
import { createMap } from "../inspect/activation-map.js";
import { answerStrip } from "../inspect/perturb.js";
import { slider } from "./controls.js";
import * as words from "./text.js";

/** @typedef {import("./client.js").Ask} Ask */
/** @typedef {import("./client.js").Cut} Cut */
/** @typedef {import("./client.js").Look} Look */
/** @typedef {import("./client.js").Shifted} Shifted */
/** @typedef {import("./tour.js").Step} Step */
/** @typedef {(error: unknown) => void} Fail */

/** Pixels shown on each side of the picked one. */
const AROUND = 2;
const COLORS = { background: [17, 24, 39], ink: [255, 255, 255] };
/** Visible pixels that the threshold discards. */
const DISCARDED = [255, 160, 80];

/** @param {Node[]} inside */
const step = (...inside) => make("div", { class: "step" }, ...inside);

/** @returns {Step} */
export function createPixels() {
  const reading = make("p", { class: "reading", role: "status" }, words.POINT_AT_PIXEL);
  const lens = make("div", { class: "lens", "aria-hidden": "true" });
  const cells = Array.from({ length: (2 * AROUND + 1) ** 2 }, () => make("span"));
  lens.append(...cells);
  /** @type {Uint8Array | null} */
  let grey = null;
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
      cell.style.color = amount < 128 ? "white" : "black";
    });
  }

  return {
    element: step(map.element, make("div", {}, reading, lens)),
    show(look) {
      grey = look.grey;
      map.show(Array.from(look.grey, (amount) => (255 - amount) / 255));
      read();
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @returns {Step} */
export function createThreshold(ask, fail) {
  const canvas = picture(words.THRESHOLD);
  const threshold = slider("threshold", words.THRESHOLD, { min: 0, max: 256, step: 1 });
  const result = make("p", { role: "status" });
  /** @type {Look | null} */
  let look = null;
  let chosen = false; // by the learner
  const live = createLive({
    look: () => (look === null ? null : threshold.input.valueAsNumber),
    ask: (value) => ask("cut", value),
    show,
    fail,
  });
  threshold.input.addEventListener("input", () => {
    chosen = true;
    threshold.say(words.count(threshold.input.valueAsNumber));
    live.touch();
  });

  /** @param {Cut} cut */
  function show(cut) {
    paintGray(canvas, cut.ink.map((on) => on * 255), COLORS);
    paintPixels(canvas, cut.fallen, DISCARDED);
    result.textContent = words.cutWords(cut, look?.labels ?? []);
    canvas.setAttribute("aria-label", result.textContent);
  }

  return {
    element: step(canvas, make("div", {}, threshold.element, result, make("p", {}, words.FALLEN))),
    show(next) {
      look = next;
      if (!chosen) threshold.set(look.threshold);
      threshold.say(words.count(threshold.input.valueAsNumber));
      live.settle();
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @returns {Step} */
export function createCentring(ask, fail) {
  const sliders = /** @type {const} */ (["right", "down"]).map((name) =>
    slider(name, words.SHIFTS[name], { min: -10, max: 10, step: 1 }),
  );
  const sides = /** @type {("canvas" | "digit")[]} */ (["canvas", "digit"]).map((fit) => ({
    fit,
    canvas: picture(words.FITS[fit]),
    caption: make("figcaption", { "aria-live": "polite" }),
    strip: make("div", { class: "strip", "aria-hidden": "true" }),
  }));
  /** @type {Look | null} */
  let look = null;
  const live = createLive({
    look: () => (look === null ? null : sliders.map(({ input }) => input.valueAsNumber)),
    ask: (amounts) => ask("shift", ...amounts),
    show,
    fail,
  });
  for (const { input } of sliders) {
    input.addEventListener("input", () => {
      paintAmounts();
      live.touch();
    });
  }

  function paintAmounts() {
    for (const { input, say } of sliders) say(words.count(input.valueAsNumber));
  }

  /** @param {Shifted} shifted */
  function show(shifted) {
    const labels = look?.labels ?? [];
    for (const { fit, canvas, caption, strip } of sides) {
      const { image, answer, probability, along } = shifted[fit];
      const ink = new Float32Array(image.slice().buffer);
      paintGray(canvas, Uint8Array.from(ink, (amount) => amount * 255 + 0.5), COLORS);
      caption.textContent = words.sideWords(labels[answer], probability);
      canvas.setAttribute("aria-label", caption.textContent);
      strip.replaceChildren(...answerStrip(along, labels));
    }
  }

  const figures = sides.map(({ fit, canvas, caption, strip }) =>
    make("figure", { class: fit }, make("p", {}, words.FITS[fit]), canvas, caption, strip),
  );
  return {
    element: step(
      make("div", { class: "pair" }, ...figures),
      make("div", {}, ...sliders.map(({ element }) => element), make("p", {}, words.STRIPS)),
    ),
    show(next) {
      look = next;
      paintAmounts();
      live.settle();
    },
  };
}

/** @param {string} name  initial accessible name */
const picture = (name) => {
  const [width, height] = [String(SIDE), String(SIDE)];
  const canvas = make("canvas", { role: "img", "aria-label": name, width, height });
  return /** @type {HTMLCanvasElement} */ (canvas);
};

/**
 * Paints some pixels of a canvas in one colour.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} which  non-zero for those pixels
 * @param {number[]} rgb
 */
function paintPixels(canvas, which, rgb) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = `rgb(${rgb.join(" ")})`;
  which.forEach((on, i) => {
    if (on !== 0) context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
  });
}
