/**
 * Shows the drawing at the screen's resolution: owns a second canvas on top of the first,
 * whose 336 x 336 pixels would look blurred when scaled up.
 */

import { paintDrawing } from "./paint-drawing.js";
import { CANVAS, PEN } from "./strokes.js";
import { make } from "../shell/dom.js";

/** @import { Drawing } from "./strokes.js" */

/** Limit of a square canvas, in pixels: enough for a projector. */
const MAX_SIDE = 2048;

/**
 * @param {HTMLCanvasElement} canvas  the one below; its parent is positioned
 * @param {() => Drawing} drawing  to repaint when the size has changed
 */
export function createHidpiCanvas(canvas, drawing) {
  const size = { width: CANVAS, height: CANVAS };
  const hidpi = make("canvas", { class: "sharp", "aria-hidden": "true", ...size });
  const context = /** @type {CanvasRenderingContext2D} */ (hidpi.getContext("2d"));
  const paint = (/** @type {Drawing} */ next) => paintDrawing(context, next, look());

  /** Of its style, if that has a `stroke`; `stroke-width` in CSS pixels, or the usual one. */
  function look() {
    const { stroke, strokeWidth } = getComputedStyle(hidpi);
    if (stroke === "none" || stroke === "") return undefined;
    const pen = (parseFloat(strokeWidth) * CANVAS) / canvas.clientHeight;
    const isLength = strokeWidth.endsWith("px") && Number.isFinite(pen);
    return { ink: stroke, pen: isLength ? pen : PEN };
  }

  function resize() {
    const { clientWidth, clientHeight } = canvas;
    const most = MAX_SIDE / Math.sqrt(clientWidth * clientHeight);
    const scale = Math.min(devicePixelRatio, most);
    const [width, height] = [clientWidth, clientHeight].map((n) => Math.round(n * scale));
    if (!(width > 0) || (width === hidpi.width && height === hidpi.height)) return;
    [hidpi.width, hidpi.height] = [width, height];
    paint(drawing());
  }

  new ResizeObserver(resize).observe(canvas);
  followDensity(new WeakRef(resize));
  canvas.after(hidpi);
  return { paint };
}

/**
 * The pixel ratio may change without the size, on another screen.
 * @param {WeakRef<() => void>} resize  the page keeps the listener, which must not keep a
 *   canvas that was removed
 */
function followDensity(resize) {
  const act = resize.deref();
  if (act === undefined) return;
  const current = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  current.addEventListener("change", () => followDensity(resize), { once: true });
  act();
}
