// @ts-check
/**
 * The drawing at the screen's own resolution: owns a second canvas over the first,
 * whose 336 x 336 pixels, which the network is shown, would look blurred when enlarged.
 */

import { write } from "./brush.js";
import { CANVAS } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */

/** The largest side that is painted, in pixels: a projector's, not a wall's. */
const LARGEST = 2048;

/**
 * @param {HTMLCanvasElement} canvas  what lies beneath; its parent is positioned
 * @param {() => Drawing} look  at the drawing, when the size has changed
 */
export function createSharp(canvas, look) {
  const sharp = document.createElement("canvas");
  sharp.className = "sharp";
  sharp.setAttribute("aria-hidden", "true");
  sharp.width = sharp.height = CANVAS;
  const context = /** @type {CanvasRenderingContext2D} */ (sharp.getContext("2d"));
  const paint = (/** @type {Drawing} */ drawing) => write(context, drawing);

  function fit() {
    const pixels = Math.round(canvas.clientWidth * devicePixelRatio);
    const side = Math.min(pixels, LARGEST);
    if (side === 0 || side === sharp.width) return;
    sharp.width = sharp.height = side;
    paint(look());
  }

  /** The window may go to another screen, and the paper keep its size. */
  function followDensity() {
    const same = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    same.addEventListener("change", followDensity, { once: true });
    fit();
  }

  new ResizeObserver(fit).observe(canvas);
  followDensity();
  canvas.after(sharp);
  return { paint };
}
