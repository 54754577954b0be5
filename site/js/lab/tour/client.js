// @ts-check
/**
 * Asks Python about the drawing for the tour: the lab's second Python, which holds a
 * network of its own, so that nothing here touches the one in use. Owns no element.
 *
 * nnweb/page/lab/tour.py says what each method takes and what it answers.
 */

import { SIDE } from "../../pad/strokes.js";
import { ask as second, listen } from "../worker/client.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/** @typedef {import("../../worker/protocol.js").Picture} Picture */
/** @typedef {import("../inspect/protocol.js").Look} Glance */
/** @typedef {import("../lab.js").Page} Page */
/**
 * @typedef {Glance & {
 *   grey: Uint8Array, threshold: number, logits: number[], probabilities: number[],
 *   temperature: number, sigmoid: boolean}} Look  grey: 28 x 28, 0 black ... 255 white
 */
/**
 * @typedef {{ink: Uint8Array, fallen: Uint8Array, kept: number, lost: number,
 *   answer: number, probability: number}} Cut  answer: -1 where nothing is left
 */
/** @typedef {{loss: number, probability: number, answer: number, sure: number}} Verdict */
/**
 * @typedef {{layer: number, name: string, key: string, at: number[], from: number,
 *   to: number}} Moved
 */
/**
 * @typedef {{steps: number, use: Verdict, before: Verdict, after: Verdict,
 *   moved: Moved[]}} Stand
 */
/**
 * @typedef {{image: Uint8Array, answer: number, probability: number, along: number[]}} Side
 * @typedef {{digit: Side, canvas: Side}} Shifted
 */
/** @typedef {(method: string, ...given: unknown[]) => Promise<any>} Ask */

/** @param {Page} page */
export function createTeacher(page) {
  /** @type {Source | null} */
  let opened = null;
  listen(({ type }) => {
    if (type === "dead") opened = null;
  });

  /** @type {Ask} */
  const ask = (method, ...given) => second("tour", { method, given });

  return {
    ask,
    /** The drawing as it is now, for `look`; null for blank paper or without a network. */
    drawing() {
      const picture = page.network() === null ? null : page.picture();
      const drawn = page.picture("canvas");
      return picture === null || drawn === null ? null : { picture, drawn };
    },
    /**
     * @param {{picture: Picture, drawn: Picture}} drawing
     * @returns {Promise<Look>}
     */
    async look({ picture: { pixels, width, height, fit }, drawn }) {
      const source = page.source();
      if (opened !== source) {
        opened = null;
        await ask("open", await source.read(() => {}));
        opened = source;
      }
      return ask("look", paperOf(drawn), pixels, width, height, fit);
    },
    /** The network in use may be another. */
    forget() {
      opened = null;
    },
  };
}

/** 28 x 28 RGBA of what was drawn; a photo is made small. @param {Picture} drawn */
function paperOf({ pixels, width, height }) {
  if (width === SIDE && height === SIDE) return pixels;
  const [large, small] = [new OffscreenCanvas(width, height), new OffscreenCanvas(SIDE, SIDE)];
  contextOf(large).putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  const context = contextOf(small);
  context.fillStyle = "white";
  context.fillRect(0, 0, SIDE, SIDE);
  context.imageSmoothingQuality = "high";
  const scale = SIDE / Math.max(width, height);
  const [w, h] = [width * scale, height * scale];
  context.drawImage(large, (SIDE - w) / 2, (SIDE - h) / 2, w, h);
  return context.getImageData(0, 0, SIDE, SIDE).data.buffer;
}

/** @param {OffscreenCanvas} canvas */
const contextOf = (canvas) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
