// @ts-check
/** Steps of the tour about the picture itself: its pixels, the threshold, centring. */

import { createLive } from "../../worker/latest-only.js";
import { paintGreys } from "../../answer/grayscale.js";
import { SIDE } from "../../pad/strokes.js";
import { make } from "../../shell/dom.js";
import { createMap } from "../inspect/activation-map.js";
import { answerStrip } from "../inspect/perturb.js";
import { slider } from "./slider.js";
import * as words from "./text.js";

/** @typedef {import("./client.js").Ask} Ask */
/** @typedef {import("./client.js").Cut} Cut */
/** @typedef {import("./client.js").Look} Look */
/** @typedef {import("./client.js").Shifted} Shifted */
/** @typedef {import("./tour.js").Step} Step */
/** @typedef {(error: unknown) => void} Fail */

/** Pixels to each side of the one that is pointed at. */
const AROUND = 2;
const GREYS = { paper: [17, 24, 39], ink: [255, 255, 255] };
/** What falls away under the threshold: paper, but once it was seen. */
const FALLEN = [255, 160, 80];

/** @param {Node[]} inside */
const step = (...inside) => make("div", { class: "step" }, ...inside);

/** @returns {Step} */
export function createPixels() {
  const value = make("p", { class: "reading", role: "status" }, words.POINT_AT_PIXEL);
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
    value.textContent = words.pixelWords(row + 1, column + 1, grey[picked]);
    cells.forEach((cell, i) => {
      const across = 2 * AROUND + 1;
      const [r, c] = [row - AROUND + Math.floor(i / across), column - AROUND + (i % across)];
      const inside = r >= 0 && c >= 0 && r < SIDE && c < SIDE;
      const amount = inside ? /** @type {Uint8Array} */ (grey)[r * SIDE + c] : 255;
      cell.textContent = inside ? String(amount) : "";
      cell.style.backgroundColor = `rgb(${amount} ${amount} ${amount})`;
      cell.style.color = amount < 128 ? "white" : "black";
    });
  }

  return {
    element: step(map.element, make("div", {}, value, lens)),
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
  const lever = slider("threshold", words.THRESHOLD, { min: 0, max: 256, step: 1 });
  const result = make("p", { role: "status" });
  /** @type {Look | null} */
  let look = null;
  let own = false; // the learner has chosen one
  const live = createLive({
    look: () => (look === null ? null : lever.input.valueAsNumber),
    ask: (threshold) => ask("cut", threshold),
    show,
    fail,
  });
  lever.input.addEventListener("input", () => {
    own = true;
    lever.say(words.count(lever.input.valueAsNumber));
    live.touch();
  });

  /** @param {Cut} cut */
  function show(cut) {
    paintGreys(canvas, cut.ink.map((on) => on * 255), GREYS);
    colour(canvas, cut.fallen, FALLEN);
    result.textContent = words.cutWords(cut, look?.labels ?? []);
    canvas.setAttribute("aria-label", result.textContent);
  }

  return {
    element: step(canvas, make("div", {}, lever.element, result, make("p", {}, words.FALLEN))),
    show(next) {
      look = next;
      if (!own) lever.set(look.threshold);
      lever.say(words.count(lever.input.valueAsNumber));
      live.settle();
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @returns {Step} */
export function createCentring(ask, fail) {
  const levers = /** @type {const} */ (["right", "down"]).map((name) =>
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
    look: () => (look === null ? null : levers.map(({ input }) => input.valueAsNumber)),
    ask: (amounts) => ask("shift", ...amounts),
    show,
    fail,
  });
  for (const { input } of levers) {
    input.addEventListener("input", () => {
      tell();
      live.touch();
    });
  }

  function tell() {
    for (const { input, say } of levers) say(words.count(input.valueAsNumber));
  }

  /** @param {Shifted} shifted */
  function show(shifted) {
    const labels = look?.labels ?? [];
    for (const { fit, canvas, caption, strip } of sides) {
      const { image, answer, probability, along } = shifted[fit];
      const ink = new Float32Array(image.slice().buffer);
      paintGreys(canvas, Uint8Array.from(ink, (amount) => amount * 255 + 0.5), GREYS);
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
      make("div", {}, ...levers.map(({ element }) => element), make("p", {}, words.STRIPS)),
    ),
    show(next) {
      look = next;
      tell();
      live.settle();
    },
  };
}

/** @param {string} name  until there is more to say of it */
const picture = (name) => {
  const [width, height] = [String(SIDE), String(SIDE)];
  const canvas = make("canvas", { role: "img", "aria-label": name, width, height });
  return /** @type {HTMLCanvasElement} */ (canvas);
};

/**
 * Paint some of a canvas's pixels in one colour.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} which  not 0 for those
 * @param {number[]} rgb
 */
function colour(canvas, which, rgb) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = `rgb(${rgb.join(" ")})`;
  which.forEach((on, i) => {
    if (on !== 0) context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
  });
}
