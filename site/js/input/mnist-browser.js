// @ts-check
/**
 * MNIST's test digits on the paper, one by one, and how many of them were read right.
 * Owns #testset.
 */

import { pictureOf } from "../answer/grayscale.js";
import { MNIST } from "../manifest.js";
import { createMnist } from "./mnist.js";
import { SIDE } from "../pad/strokes.js";
import * as words from "../text/on-demand.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */
/** @typedef {import("../pad/strokes.js").Drawing} Drawing */

const BLOCK = 1000;

/**
 * @param {HTMLElement} element  with buttons data-go
 * @param {HTMLElement} said
 * @param {object} page
 * @param {() => Drawing} page.drawing
 * @param {(drawing: Drawing) => void} page.put
 */
export function createTestset(element, said, { drawing, put }) {
  const mnist = createMnist(MNIST);
  const count = mnist.count("test");
  /** @type {{at: number, label: number, picture: HTMLCanvasElement} | null} */
  let shown = null;
  let last = -1; // the one asked for last, also when it has not come yet
  /** Whether each that was shown was read right. @type {Map<number, boolean>} */
  const right = new Map();

  const STEPS = /** @type {Record<string, () => number>} */ ({
    previous: () => (last <= 0 ? count : last) - 1,
    random: () => Math.floor(Math.random() * count),
    next: () => (last + 1) % count,
  });

  /** @param {number} at */
  async function show(at) {
    last = at;
    said.textContent = words.TESTSET_COMING;
    try {
      const { images, labels } = await mnist.block("test", Math.floor(at / BLOCK));
      if (at !== last) return; // another was asked for meanwhile
      const i = at % BLOCK;
      const ink = images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      shown = { at, label: labels[i], picture: pictureOf(ink) };
      said.textContent = words.testDigit(at, count, shown.label);
      put({ strokes: [], picture: shown.picture });
      mnist.prefetch("test", Math.floor(STEPS.next() / BLOCK));
    } catch (error) {
      if (at !== last) return;
      last = shown?.at ?? -1;
      said.textContent = words.noTestset(error);
    }
  }

  function go(/** @type {Event} */ { target }) {
    const where = target instanceof HTMLElement ? target.dataset.go : undefined;
    if (where !== undefined) show(STEPS[where]());
  }

  element.addEventListener("click", go);

  /** Whether the digit is on the paper as it came: drawn upon, its label is not true. */
  function isThere() {
    const { strokes, picture } = drawing();
    return picture === shown?.picture && strokes.length === 0;
  }

  return {
    /** The paper has changed; at an undo the answer brings the words back. */
    changed() {
      if (shown !== null && !isThere()) said.textContent = "";
    },
    /** The click that came before this was here. */
    go,
    /** The answer that stands. @param {Answer} answer */
    answered({ index }) {
      if (shown === null || !isThere()) return;
      right.set(shown.at, index === shown.label);
      const good = [...right.values()].filter(Boolean).length;
      said.textContent = [
        words.testDigit(shown.at, count, shown.label),
        words.testResult(index === shown.label, good, right.size),
      ].join(" ");
    },
    /** Another network answers: count anew. */
    forget: () => right.clear(),
  };
}
