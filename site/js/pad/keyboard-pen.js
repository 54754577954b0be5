/**
 * Drawing by keyboard: owns #cursor, the ring that shows the pen's position. Arrow keys move
 * the pen on a grid, Home, End and the page keys diagonally; Space puts it down and up.
 */

import { CANVAS } from "./strokes.js";
import * as words from "../text/page.js";

/** Grid lines of a square canvas in each direction; odd, so that one is in the middle. */
const LINES = 15;
const SPACING = CANVAS / (LINES + 1);

/** Columns and rows. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1, -1],
  PageUp: [1, -1],
  End: [-1, 1],
  PageDown: [1, 1],
};

/**
 * @param {HTMLElement} ring
 * @param {HTMLElement} liveRegion
 * @param {HTMLCanvasElement} canvas  takes the focus
 * @param {ReturnType<typeof import("./pad.js").createPad>["pen"]} pen
 * @param {() => Pick<typeof words, "PEN_AT" | "PEN_DOWN_AT" | "PEN_UP">} currentWords
 */
export function createKeyboardPen(ring, liveRegion, canvas, pen, currentWords = () => words) {
  let column = (LINES + 1) / 2;
  let row = column;
  const columns = () => Math.floor(canvas.width / SPACING) - 1;
  let down = false;
  const isDown = () => down && pen.isDown(); // the stroke may have been cleared
  function point() {
    column = Math.min(column, columns()); // the paper may have been wider
    return { x: column * SPACING, y: row * SPACING };
  }

  const announce = (/** @type {string} */ text) => {
    liveRegion.textContent = text;
  };

  function show() {
    const { x, y } = point();
    ring.hidden = false;
    ring.dataset.pen = isDown() ? "down" : "up";
    ring.style.left = `${(100 * x) / canvas.width}%`;
    ring.style.top = `${(100 * y) / CANVAS}%`;
  }

  function lift() {
    if (isDown()) pen.up(point());
    down = false;
  }

  /** @param {[number, number]} step */
  function move([dx, dy]) {
    const within = (/** @type {number} */ line, /** @type {number} */ last) =>
      Math.min(Math.max(line, 1), last);
    column = within(column + dx, columns());
    row = within(row + dy, LINES);
    if (isDown()) pen.move([point()]);
    announce(words.fill(currentWords().PEN_AT, { column, row }));
  }

  function toggle() {
    if (isDown()) {
      lift();
      announce(currentWords().PEN_UP);
    } else {
      pen.down(point());
      down = true;
      announce(words.fill(currentWords().PEN_DOWN_AT, { column, row }));
    }
  }

  function escape() {
    lift();
    announce(currentWords().PEN_UP);
  }

  /** The action of a key, null if it has none. @param {KeyboardEvent} event */
  function actionOf({ key, repeat, ctrlKey, metaKey, altKey, shiftKey }) {
    if (ctrlKey || metaKey || altKey || shiftKey) return null;
    if (key in MOVES) return () => move(MOVES[key]);
    if (key === " ") return repeat ? () => {} : toggle;
    return key === "Escape" && isDown() ? escape : null;
  }

  canvas.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (action === null) return;
    event.preventDefault();
    action();
    show();
  });
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible")) show();
  });
  for (const type of ["blur", "pointerdown"]) {
    const leave = () => {
      lift();
      ring.toggleAttribute("hidden", true);
    };
    canvas.addEventListener(type, leave, { capture: true }); // before the pointer's stroke
  }
}
