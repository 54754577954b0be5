// @ts-check
/** What the network saw: owns #seen, a canvas of 28 x 28 pixels, light ink on dark. */

import { seenWords } from "./words.js";

/** @typedef {import("./protocol.js").Answer} Answer */

const SIDE = 28;

/** Colours of no ink and of full ink, RGB. */
const GROUND = [17, 24, 39];
const INK = [255, 255, 255];

/** @param {HTMLCanvasElement} canvas */
export function createSeen(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(SIDE, SIDE);

  /** @param {Uint8Array} ink  0 paper ... 255 ink */
  function paint(ink) {
    ink.forEach((amount, i) => {
      const share = amount / 255;
      const colour = GROUND.map((from, c) => from + (INK[c] - from) * share);
      image.data.set([...colour, 255], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }

  /** @param {Uint8Array} ink  @param {string} words */
  function put(ink, words) {
    paint(ink);
    canvas.setAttribute("aria-label", words);
  }

  const clear = () => put(new Uint8Array(SIDE * SIDE), seenWords("blank", ""));
  clear();
  return {
    /** @param {Answer} answer */
    show: ({ seen, status, answer }) => put(seen, seenWords(status, answer)),
    clear,
  };
}
