/**
 * Browses MNIST's test digits and counts how many are recognized correctly.
 * Owns #testset.
 */

import { canvasOf } from "../answer/grayscale.js";
import { MNIST } from "../manifest.js";
import { createMnist } from "./mnist.js";
import { SIDE } from "../pad/strokes.js";
import * as words from "../text/on-demand.js";

/** @import { Answer } from "../worker/protocol.js" */
/** @import { Drawing } from "../pad/strokes.js" */

const BLOCK_SIZE = 1000;

/**
 * @param {HTMLElement} element  with buttons data-go
 * @param {HTMLElement} message
 * @param {object} page
 * @param {() => Drawing} page.drawing
 * @param {(drawing: Drawing) => void} page.put
 */
export function createMnistBrowser(element, message, { drawing, put }) {
  const mnist = createMnist(MNIST);
  const count = mnist.count("test");
  /** @type {{index: number, label: number, picture: HTMLCanvasElement} | null} */
  let shown = null;
  let requested = -1; // index; its block may still be loading
  /** Whether each digit shown was recognized, by index. @type {Map<number, boolean>} */
  const results = new Map();

  const TARGETS = /** @type {Record<string, () => number>} */ ({
    previous: () => (requested <= 0 ? count : requested) - 1,
    random: () => Math.floor(Math.random() * count),
    next: () => (requested + 1) % count,
  });

  /** @param {number} index */
  async function show(index) {
    requested = index;
    message.textContent = words.TESTSET_LOADING;
    try {
      const { images, labels } = await mnist.block("test", Math.floor(index / BLOCK_SIZE));
      if (index !== requested) return;
      const i = index % BLOCK_SIZE;
      const image = images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      shown = { index, label: labels[i], picture: canvasOf(image) };
      message.textContent = words.testDigit(index, count, shown.label);
      put({ strokes: [], picture: shown.picture });
      mnist.prefetch("test", Math.floor(TARGETS.next() / BLOCK_SIZE));
    } catch (error) {
      if (index !== requested) return;
      requested = shown?.index ?? -1;
      message.textContent = words.because(words.NO_TESTSET, error);
    }
  }

  function handleClick(/** @type {Event} */ event) {
    const target = event.target instanceof HTMLElement && event.target.dataset.go;
    if (target) show(TARGETS[target]());
  }

  element.addEventListener("click", handleClick);

  /** Whether the pad shows the digit unchanged: else its label may be wrong. */
  function isUnchanged() {
    const { strokes, picture } = drawing();
    return picture === shown?.picture && strokes.length === 0;
  }

  return {
    /** Clear the message when the drawing changes; answered() restores it after an undo. */
    changed() {
      if (shown !== null && !isUnchanged()) message.textContent = "";
    },
    /** Also called with the click that loaded this module. */
    handleClick,
    /** @param {Answer} answer  to the drawing as it is */
    answered(answer) {
      if (shown === null || !isUnchanged()) return;
      const isRight = answer.index === shown.label;
      results.set(shown.index, isRight);
      const good = [...results.values()].filter(Boolean).length;
      message.textContent = [
        words.testDigit(shown.index, count, shown.label),
        words.testResult(isRight, good, results.size),
      ].join(" ");
    },
    /** Restart the count, for another network. */
    reset: () => results.clear(),
  };
}
