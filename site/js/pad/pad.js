// @ts-check
/**
 * The pad: owns the canvas that is drawn on. The drawing is strokes, and perhaps a
 * picture under them; the pixels are painted from these, again at every change.
 */

import { createHistory } from "./undo-history.js";
import { paperOf, write } from "./brush.js";
import { followPointer } from "./pointer.js";
import { createSharp } from "./hidpi-canvas.js";
import { between, BLANK, CANVAS, distance, onGrid, PEN, without } from "./strokes.js";

/** @typedef {import("./strokes.js").Drawing} Drawing */
/** @typedef {import("./strokes.js").Point} Point */
/** @typedef {"pen" | "eraser"} Tool */

/** Least distance of two recorded points, in pixels: less is the hand's tremor. */
const STEP = 1.5;

/** How near to a stroke's middle the eraser takes it, in pixels: ink and a little. */
const REACH = PEN / 2 + 4;

/**
 * @param {HTMLCanvasElement} canvas  336 x 336, of any size on the screen
 * @param {object} events
 * @param {() => void} events.onStart  the pen touches the paper
 * @param {() => void} events.onMove
 * @param {() => void} events.onChange  the pen is up, or the drawing was changed
 */
export function createPad(canvas, { onStart, onMove, onChange }) {
  const context = paperOf(canvas);
  const history = createHistory(BLANK);
  /** @type {Tool} */
  let tool = "pen";
  /** @type {Drawing | null} */
  let unfinished = null; // the drawing as it becomes while the pen is down
  let erasing = false;
  let erasedAt = { x: 0, y: 0 };
  const drawing = () => unfinished ?? history.now();
  const sharp = createSharp(canvas, drawing);

  let due = 0; // a frame to paint in

  function paint() {
    cancelAnimationFrame(due);
    due = 0;
    write(context, drawing());
    sharp.paint(drawing());
  }

  /**
   * Not in the event of a pen that goes down or up: a browser that has a frame to make
   * because of it delivers messages only after that, and the answer would be in the next.
   */
  function paintSoon() {
    if (due === 0) setTimeout(paint);
  }

  /** The pen comes down. @param {Point} point  @param {Tool} [used] */
  function down(point, used = tool) {
    if (unfinished !== null) up();
    const { strokes, picture } = history.now();
    erasing = used === "eraser";
    unfinished = history.now();
    erasedAt = point;
    if (erasing) erase([point]);
    else unfinished = { strokes: [...strokes, [onGrid(point)]], picture };
    paintSoon();
    onStart();
  }

  /** It moves, if it is down. @param {Point[]} path */
  function move(path) {
    if (unfinished === null) return;
    if (erasing) erase(path);
    else extend(path, STEP);
    if (due === 0) due = requestAnimationFrame(paint);
    onMove();
  }

  /** It goes up. @param {Point | null} [point]  where, if that is known */
  function up(point = null) {
    if (unfinished === null) return;
    if (point !== null && !erasing) extend([point], 0);
    commit(unfinished, paintSoon);
  }

  /** @param {Point[]} path  @param {number} step */
  function extend(path, step) {
    const stroke = /** @type {Drawing} */ (unfinished).strokes.at(-1) ?? [];
    for (const point of path.map(onGrid)) {
      if (distance(point, stroke[stroke.length - 1]) > step) stroke.push(point);
    }
  }

  /** Also what a quick hand jumps over. @param {Point[]} path */
  function erase(path) {
    for (const to of path) {
      for (const point of between(erasedAt, to, REACH)) {
        unfinished = without(/** @type {Drawing} */ (unfinished), point, REACH);
      }
      erasedAt = to;
    }
  }

  /** @param {Drawing} next  a drawing; an unfinished stroke ends here */
  function commit(next, show = paint) {
    history.push(next);
    unfinished = null;
    show();
    onChange();
  }

  /** @param {() => boolean} step  of the history */
  function go(step) {
    if (unfinished !== null) history.push(unfinished);
    step();
    commit(history.now());
  }

  function locate(/** @type {PointerEvent} */ { clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      x: ((clientX - left) * CANVAS) / width,
      y: ((clientY - top) * CANVAS) / height,
    };
  }

  followPointer(canvas, {
    onDown: (at, eraser) => down(locate(at), eraser ? "eraser" : tool),
    onMove: (path) => move(path.map(locate)),
    onUp: (at) => up(at && locate(at)),
    onDrop: () => commit(history.now()),
  });
  paint();

  return {
    /** The drawing as it is now, the unfinished stroke included. */
    drawing,
    strokes: () => drawing().strokes,
    /** The canvas, on which all of the drawing is. */
    paper() {
      paint();
      return canvas;
    },
    isEmpty: () => drawing().strokes.length === 0 && drawing().picture === null,
    /** Another drawing in place of this one. @param {Drawing} next */
    put: ({ strokes, picture }) =>
      commit({ strokes: strokes.map((stroke) => stroke.map(onGrid)), picture }),
    clear: () => commit(BLANK),
    undo: () => go(history.undo),
    redo: () => go(history.redo),
    canUndo: () => unfinished !== null || history.canUndo(),
    canRedo: () => unfinished === null && history.canRedo(),
    /** What pointer and keyboard do from now on. @param {Tool} next */
    use(next) {
      tool = next;
      canvas.dataset.tool = next;
    },
    /** A pen that is no pointer, as the keyboard's. */
    pen: { down, move, up, isDown: () => unfinished !== null },
  };
}
