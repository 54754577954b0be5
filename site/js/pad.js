// @ts-check
/**
 * The pad: owns the canvas that is drawn on. The strokes are the drawing; the pixels are
 * painted from them, again at every change. signature_pad follows mouse, pen and finger.
 */

import SignaturePad from "../vendor/signature_pad.js";
import { paperOf, write } from "./pen.js";
import { CANVAS, scaled } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/**
 * @param {HTMLCanvasElement} canvas  336 x 336, of any size on the screen
 * @param {object} events
 * @param {() => void} events.onStart  the pen touches the paper
 * @param {() => void} events.onMove
 * @param {() => void} events.onChange  a stroke has ended, or the drawing was changed
 */
export function createPad(canvas, { onStart, onMove, onChange }) {
  const context = paperOf(canvas);
  // what it paints itself is painted over: it stops a point short of the pen
  const pointer = new SignaturePad(canvas, { minDistance: 2, throttle: 0 });
  /** @type {Stroke[]} */
  let finished = [];
  let drawing = false;

  const strokes = () => (drawing ? [...finished, current()] : finished);

  /** The stroke that is being drawn, from CSS pixels to the canvas's. */
  function current() {
    const points = pointer.toData().at(-1)?.points ?? [];
    return scaled(points, CANVAS / canvas.getBoundingClientRect().width);
  }

  pointer.addEventListener("beginStroke", () => {
    drawing = true;
    onStart();
  });
  pointer.addEventListener("afterUpdateStroke", () => {
    write(context, strokes());
    onMove();
  });
  pointer.addEventListener("endStroke", () => replace(strokes()));
  write(context, []);

  /** @param {Stroke[]} next  a drawing; an unfinished stroke ends here */
  function replace(next) {
    finished = next;
    drawing = false;
    pointer.clear();
    pointer.on(); // else it would wait for the end of a stroke that is no more
    write(context, finished);
    onChange();
  }

  return {
    /** The drawing as it is now, the unfinished stroke included. */
    strokes,
    isEmpty: () => finished.length === 0 && !drawing,
    clear: () => replace([]),
    /** Take back the last stroke. */
    undo: () => replace(finished.slice(0, -1)),
  };
}
