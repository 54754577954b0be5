/** The training digits nearest to the drawing. Owns .nearest. */

import { MNIST } from "../../manifest.js";
import { createMnist } from "../../input/mnist.js";
import { finder, make } from "../../shell/dom.js";
import * as words from "./text.js";
import { paintImage } from "./heatmap.js";

/** @import { Neighbour } from "./protocol.js" */

const BLOCKS = 10; // of a thousand digits
const SHOWN = 6;

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createNearest(element, ask, fail) {
  const find = finder(element);
  const button = find("button", HTMLButtonElement);
  const status = find("p");
  const list = find("ol");
  const mnist = createMnist(MNIST);
  let wanted = false;
  let latest = 0; // number of the latest search; replies to earlier ones are dropped

  button.addEventListener("click", async () => {
    button.disabled = true;
    wanted = true;
    await search();
    button.disabled = false;
  });

  async function sendDigits() {
    for (let i = 0; i < BLOCKS; i += 1) {
      mnist.prefetch("train", i + 1);
      const { images, labels } = await mnist.block("train", i);
      const count = await ask("learn", {
        block: i,
        images: images.slice().buffer,
        labels: labels.slice().buffer,
      });
      status.textContent = words.fill(words.DIGITS_HERE, { count });
    }
  }

  /** @returns {Promise<Neighbour[]>}  none until the worker has all the digits */
  const nearest = () => ask("nearest", { count: SHOWN, blocks: BLOCKS });

  async function search() {
    const current = (latest += 1);
    try {
      let found = await nearest();
      if (found.length === 0) {
        await sendDigits(); // also to a worker that has replaced the one before
        found = await nearest();
      }
      if (current !== latest) return;
      status.textContent = "";
      list.replaceChildren(...found.map(item));
    } catch (error) {
      if (current === latest) fail(error);
    }
  }

  /** @param {Neighbour} neighbour */
  function item({ label, distance, at, image }) {
    const name = words.fill(words.DIGIT_NUMBER, { at, label });
    const canvas = make("canvas", { role: "img", "aria-label": name });
    paintImage(canvas, image);
    const about = { label, distance: words.number(distance) };
    return make("li", {}, canvas, make("span", {}, words.fill(words.NEIGHBOUR, about)));
  }

  return {
    /** Shows another drawing. */
    update() {
      if (wanted && !button.disabled) search();
    },
  };
}
