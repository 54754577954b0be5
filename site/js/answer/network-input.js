// @ts-check
/** What the network saw: owns #seen, a canvas of 28 x 28 pixels, light ink on dark. */

import { paintGreys } from "./grayscale.js";
import { putAttribute } from "../shell/dom.js";
import { SIDE } from "../pad/strokes.js";
import { seenWords } from "../text/page.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */

/** Light ink on dark, in every theme. */
const COLOURS = { paper: [17, 24, 39], ink: [255, 255, 255] };

/** @param {HTMLCanvasElement} canvas */
export function createSeen(canvas) {
  /** @param {Uint8Array} ink  @param {string} words */
  function put(ink, words) {
    paintGreys(canvas, ink, COLOURS);
    putAttribute(canvas, "aria-label", words);
  }

  const clear = () => put(new Uint8Array(SIDE * SIDE), seenWords("blank", ""));
  clear();
  return {
    /** @param {Answer} answer */
    show: ({ seen, status, answer }) => put(seen, seenWords(status, answer)),
    clear,
  };
}
