/**
 * The pad: owns the canvas that the user draws on. The drawing is a list of strokes, with an
 * optional picture under them, and is repainted at every change.
 */

import { createHistory } from "./undo-history.js";
import { readableContext, paintDrawing } from "./paint-drawing.js";
import { followPointer } from "./pointer.js";
import { createHidpiCanvas } from "./hidpi-canvas.js";
import { between, BLANK, distance, onGrid, paperWidth, PEN, without } from "./strokes.js";

/** @import { Drawing, Point, Stroke } from "./strokes.js" */
/** @typedef {"pen" | "eraser"} Tool */

/** Minimum distance of recorded points, in pixels: less is tremor. */
const MIN_STEP = 1.5;

/** The eraser removes strokes whose centre line is this close, in pixels. */
const ERASER_RADIUS = PEN / 2 + 4;

/**
 * @param {HTMLCanvasElement} canvas  336 x 336 or wider, displayed at any size
 * @param {object} events
 * @param {() => void} events.onStart  the pen goes down
 * @param {() => void} events.onMove
 * @param {() => void} events.onChange  the pen is up, or the drawing was changed
 */
export function createPad(canvas, { onStart, onMove, onChange }) {
  const context = readableContext(canvas);
  const history = createHistory(BLANK);
  let tool = /** @type {Tool} */ ("pen");
  /** @type {Drawing | null} */
  let unfinished = null; // the drawing while the pen is down
  let isErasing = false;
  let erasedAt = { x: 0, y: 0 };
  const drawing = () => unfinished ?? history.now();
  /** Strokes that are not painted. @type {ReadonlySet<Stroke>} */
  let hidden = new Set();
  const visible = () => ({
    ...drawing(),
    strokes: drawing().strokes.filter((stroke) => !hidden.has(stroke)),
  });
  const hidpi = createHidpiCanvas(canvas, visible);

  let frame = 0; // requested to paint in

  function paint() {
    cancelAnimationFrame(frame);
    frame = 0;
    paintDrawing(context, visible());
    hidpi.paint(visible());
  }

  /**
   * After the pen's event instead of in it: painting there would make the browser render a
   * frame before it delivers messages, and delay the answer by one frame.
   */
  function paintSoon() {
    if (frame === 0) setTimeout(paint);
  }

  /** The pen goes down. @param {Point} point  @param {Tool} [active] */
  function down(point, active = tool) {
    if (unfinished !== null) up();
    isErasing = active === "eraser";
    unfinished = history.now();
    erasedAt = point;
    if (isErasing) erase([point]);
    else unfinished = { ...unfinished, strokes: [...unfinished.strokes, [snap(point)]] };
    paintSoon();
    onStart();
  }

  /** The pen moves; ignored while it is up. @param {Point[]} path */
  function move(path) {
    if (unfinished === null) return;
    if (isErasing) erase(path);
    else extend(path, MIN_STEP);
    if (frame === 0) frame = requestAnimationFrame(paint);
    onMove();
  }

  /** The pen goes up. @param {Point | null} [point]  if known */
  function up(point = null) {
    if (unfinished === null) return;
    if (point !== null && !isErasing) extend([point], 0);
    commit(unfinished, paintSoon);
  }

  /** @param {Point[]} path  @param {number} minStep */
  function extend(path, minStep) {
    const stroke = /** @type {Drawing} */ (unfinished).strokes.at(-1) ?? [];
    for (const point of path.map(snap)) {
      if (distance(point, stroke[stroke.length - 1]) > minStep) stroke.push(point);
    }
  }

  /** Interpolates between points, so that fast movements skip nothing. @param {Point[]} path */
  function erase(path) {
    for (const to of path) {
      for (const point of between(erasedAt, to, ERASER_RADIUS)) {
        unfinished = without(/** @type {Drawing} */ (unfinished), point, ERASER_RADIUS);
      }
      erasedAt = to;
    }
  }

  /** @param {Drawing} next  without the unfinished stroke, or with it */
  function commit(next, repaint = paint) {
    history.push(next);
    unfinished = null;
    repaint();
    onChange();
  }

  /** A stroke that is interrupted is an undo step. Returns whether there was one. */
  function interrupt() {
    if (unfinished === null) return false;
    history.push(unfinished);
    return true;
  }

  /** @param {() => boolean} step  of the history */
  function travel(step) {
    const isDrawing = interrupt();
    if (step() || isDrawing) commit(history.now());
  }

  /** @param {Drawing} next */
  function replace(next) {
    interrupt();
    commit(next);
  }

  function locate(/** @type {PointerEvent} */ { clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      x: ((clientX - left) * canvas.width) / width,
      y: ((clientY - top) * canvas.height) / height,
    };
  }

  const snap = (/** @type {Point} */ point) => onGrid(point, canvas.width);

  followPointer(canvas, {
    onDown: (at, eraser) => down(locate(at), eraser ? "eraser" : tool),
    onMove: (path) => move(path.map(locate)),
    onUp: (at) => up(at && locate(at)),
    onDrop: () => commit(history.now()),
  });
  paint();

  return {
    /** The current drawing, with the unfinished stroke. */
    drawing,
    strokes: () => drawing().strokes,
    /** The canvas, after painting pending changes. */
    canvas() {
      paint();
      return canvas;
    },
    isEmpty: () => drawing().strokes.length === 0 && drawing().picture === null,
    /** Replace the drawing, as one undo step. @param {Drawing} next */
    put({ strokes, picture, fixed = [] }) {
      const width = paperWidth(strokes);
      const onPaper = new Map(
        strokes.map((stroke) => [stroke, stroke.map((point) => onGrid(point, width))]),
      );
      const snapped = (/** @type {Stroke[]} */ some) =>
        some.map((stroke) => onPaper.get(stroke) ?? stroke);
      const corrections = fixed.map((one) => ({ ...one, strokes: snapped(one.strokes) }));
      replace({ strokes: snapped(strokes), picture, fixed: corrections });
    },
    /** Replace the drawing by one that was made of it, as one undo step. */
    replace,
    /** Set the width of the canvas, in pixels. @param {number} width */
    resize(width) {
      if (canvas.width === width) return;
      canvas.width = width;
      paint();
    },
    /** Do not paint these strokes. @param {ReadonlySet<Stroke>} strokes */
    hide(strokes) {
      hidden = strokes;
      paintSoon();
    },
    clear: () => replace(BLANK),
    undo: () => travel(history.undo),
    redo: () => travel(history.redo),
    canUndo: () => unfinished !== null || history.canUndo(),
    canRedo: () => unfinished === null && history.canRedo(),
    /** The tool of pointer and keyboard. @param {Tool} next */
    setTool(next) {
      tool = next;
      canvas.dataset.tool = next;
    },
    /** For other input devices than pointers, such as the keyboard. */
    pen: { down, move, up, isDown: () => unfinished !== null },
  };
}
