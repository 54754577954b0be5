// @ts-check
/** The training digits that are most like the drawing: owns .alike. */

import { MNIST } from "../../manifest.js";
import { createMnist } from "../../input/mnist.js";
import * as words from "../text.js";
import { paintImage } from "./heatmap.js";

/** @typedef {import("./protocol.js").Neighbour} Neighbour */

const BLOCKS = 10; // of a thousand digits
const SHOWN = 6;

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createAlike(element, ask, fail) {
  const button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
  const said = /** @type {HTMLElement} */ (element.querySelector("p"));
  const list = /** @type {HTMLElement} */ (element.querySelector("ol"));
  const mnist = createMnist(MNIST);
  /** The digits that this worker was given, all or still on their way. */
  let known = 0;
  let wanted = false;
  let turn = 0;

  button.addEventListener("click", async () => {
    button.disabled = true;
    wanted = true;
    await find();
    button.disabled = false;
  });

  async function teach() {
    for (let i = known; i < BLOCKS; i += 1) {
      mnist.prefetch("train", i + 1);
      const { images, labels } = await mnist.block("train", i);
      const payload = { images: images.slice().buffer, labels: labels.slice().buffer };
      said.textContent = words.digitsHere(await ask("learn", payload));
      known = i + 1;
    }
  }

  async function find() {
    const ours = (turn += 1);
    try {
      await teach();
      /** @type {Neighbour[]} */
      const found = await ask("nearest", { count: SHOWN });
      if (ours !== turn) return;
      said.textContent = "";
      list.replaceChildren(...found.map(item));
    } catch (error) {
      if (ours === turn) fail(error);
    }
  }

  /** @param {Neighbour} neighbour */
  function item({ label, distance, at, image }) {
    const made = document.createElement("li");
    const canvas = document.createElement("canvas");
    const text = document.createElement("span");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words.digitNumber(label, at));
    paintImage(canvas, image);
    text.textContent = words.neighbourWords(label, distance);
    made.append(canvas, text);
    return made;
  }

  return {
    /** Another drawing. */
    about() {
      if (wanted && !button.disabled) find();
    },
    /** The worker is a new one, which knows no digits. */
    forget() {
      known = 0;
    },
  };
}
