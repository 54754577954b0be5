// @ts-check
/** Levers on the drawing, and where the answer flips along each: owns .vary. */

import { createLive } from "../../worker/latest-only.js";
import * as words from "../text.js";
import { floats } from "./protocol.js";
import { paintImage } from "./heatmap.js";
import { stretches } from "./strip.js";

/** @typedef {import("./protocol.js").Variation} Variation */

/** The ends of each lever, and its step: as in nnweb/lab/vary.py. */
const LEVERS = {
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
export function createVary(element, ask, fail) {
  const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
  const caption = /** @type {HTMLElement} */ (element.querySelector("figcaption"));
  const button = /** @type {HTMLElement} */ (element.querySelector("button"));
  /** @type {string[]} */
  let labels = [];
  const sliders = Object.entries(LEVERS).map(([name, range]) => slider(name, range));
  element.querySelector(".sliders")?.append(...sliders.map(({ label }) => label));

  const live = createLive({
    look: () => (labels.length === 0 ? null : amounts()),
    ask: (/** @type {Record<string, number>} */ set) => ask("vary", { amounts: set }),
    show,
    fail,
  });
  button.addEventListener("click", () => {
    for (const { input } of sliders) input.value = "0";
    live.settle();
  });

  /** @param {string} name  @param {number[]} range */
  function slider(name, [least, most, step]) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const amount = document.createElement("output");
    const strip = document.createElement("span");
    Object.assign(input, { type: "range", min: least, max: most, step, value: 0, name });
    strip.className = "strip";
    strip.setAttribute("aria-hidden", "true");
    input.addEventListener("input", () => live.touch());
    label.append(words.LEVERS_ON_INK[name], amount, input, strip);
    return { name, label, input, amount, strip };
  }

  function amounts() {
    return Object.fromEntries(sliders.map(({ name, input }) => [name, input.valueAsNumber]));
  }

  /** @param {Variation} reply */
  function show(reply) {
    paintImage(canvas, floats(reply.image));
    caption.textContent = words.variedWords(labels[reply.answer], reply.probability);
    canvas.setAttribute("aria-label", caption.textContent);
    for (const { name, input, amount, strip } of sliders) {
      amount.textContent = words.number(input.valueAsNumber);
      strip.replaceChildren(...stretches(reply.along[name], labels));
    }
  }

  return {
    /** Another drawing, or another network. @param {string[]} names */
    about(names) {
      labels = names;
      live.settle();
    },
  };
}
