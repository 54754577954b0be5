/** Sliders that perturb the drawing, and where the answer changes along each. Owns .flips. */

import { createLive } from "../../worker/latest-only.js";
import { finder, make } from "../../shell/dom.js";
import { slider } from "../slider.js";
import * as words from "./text.js";
import { floats } from "./protocol.js";
import { paintImage } from "./heatmap.js";

/** @import { Look, Variation } from "./protocol.js" */

/** Minimum, maximum and step of each slider, as in nnweb/page/lab/perturb.py. */
const RANGES = {
  rotation: [-90, 90, 1],
  right: [-10, 10, 0.5],
  down: [-10, 10, 0.5],
  thickness: [-1, 2, 0.1],
  noise: [0, 0.2, 0.01],
};

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createPerturb(element, ask, fail) {
  const find = finder(element);
  const canvas = find("canvas", HTMLCanvasElement);
  const caption = find("figcaption");
  const button = find("button");
  let labels = /** @type {string[]} */ ([]);
  const sliders = Object.entries(RANGES).map(([name, [min, max, step]]) => {
    const one = slider(name, words.SLIDERS[name], { min, max, step });
    const strip = make("span", { class: "strip", "aria-hidden": "true" });
    one.element.append(strip);
    one.input.addEventListener("input", () => live.touch());
    return { name, strip, ...one };
  });
  find(".sliders").append(...sliders.map((one) => one.element));

  const live = createLive({
    look: () => (labels.length === 0 ? null : amounts()),
    ask: (/** @type {Record<string, number>} */ set) => ask("vary", { amounts: set }),
    show,
    fail,
  });
  button.addEventListener("click", () => {
    for (const { set } of sliders) set(0);
    live.settle();
  });

  function amounts() {
    return Object.fromEntries(sliders.map(({ name, input }) => [name, input.valueAsNumber]));
  }

  /** @param {Variation} reply */
  function show(reply) {
    paintImage(canvas, floats(reply.image));
    caption.textContent = words.fill(words.VARIED, {
      label: labels[reply.answer],
      share: words.number(reply.probability * 100),
    });
    canvas.setAttribute("aria-label", caption.textContent);
    for (const { name, input, say, strip } of sliders) {
      say(words.number(input.valueAsNumber));
      strip.replaceChildren(...answerStrip(reply.along[name], labels));
    }
  }

  return {
    /** Shows another drawing or network. @param {Look} look */
    update(look) {
      ({ labels } = look);
      live.settle();
    },
  };
}

/**
 * Answers along a slider as a strip: one piece per run of equal answers.
 * @param {number[]} along  indices of labels
 * @param {string[]} labels
 */
function answerStrip(along, labels) {
  const pieces = /** @type {HTMLElement[]} */ ([]);
  for (let start = 0, end = 0; start < along.length; start = end) {
    while (end < along.length && along[end] === along[start]) end += 1;
    const piece = make("b", {}, labels[along[start]]);
    piece.style.flexGrow = String(end - start);
    pieces.push(piece);
  }
  return pieces;
}
