// @ts-check
/**
 * A pen for the keyboard: owns #cursor, the ring that shows where on the paper it is.
 * Arrow keys move it on a grid, the keys at a number pad's corners aslant; Space puts it
 * down and up.
 */

import { CANVAS } from "./strokes.js";
import * as words from "../text/page.js";

/** Lines of the grid, either way; the middle one is the paper's. */
const LINES = 15;
const SPACING = CANVAS / (LINES + 1);

/** @type {Record<string, [number, number]>}  columns and rows */
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
 * @param {HTMLElement} voice  a live region
 * @param {HTMLCanvasElement} canvas  the paper, which takes the focus
 * @param {ReturnType<typeof import("./pad.js").createPad>["pen"]} pen
 * @param {() => Pick<typeof words, "penAt" | "penDownAt" | "PEN_UP">} inWords
 */
export function createCursor(ring, voice, canvas, pen, inWords = () => words) {
  let column = (LINES + 1) / 2;
  let row = column;
  let down = false;
  const isDown = () => down && pen.isDown(); // it may have been cleared away
  const point = () => ({ x: column * SPACING, y: row * SPACING });
  const say = (/** @type {string} */ text) => {
    voice.textContent = text;
  };

  function show() {
    ring.hidden = false;
    ring.dataset.pen = isDown() ? "down" : "up";
    ring.style.left = `${(100 * column) / (LINES + 1)}%`;
    ring.style.top = `${(100 * row) / (LINES + 1)}%`;
  }

  function lift() {
    if (isDown()) pen.up(point());
    down = false;
  }

  /** @param {[number, number]} by */
  function move([columns, rows]) {
    const within = (/** @type {number} */ line) => Math.min(Math.max(line, 1), LINES);
    column = within(column + columns);
    row = within(row + rows);
    if (isDown()) pen.move([point()]);
    say(inWords().penAt(column, row));
  }

  function toggle() {
    if (isDown()) {
      lift();
      say(inWords().PEN_UP);
    } else {
      pen.down(point());
      down = true;
      say(inWords().penDownAt(column, row));
    }
  }

  function escape() {
    lift();
    say(inWords().PEN_UP);
  }

  /** What a key does, if it does anything. @param {KeyboardEvent} event */
  function action({ key, repeat, ctrlKey, metaKey, altKey, shiftKey }) {
    if (ctrlKey || metaKey || altKey || shiftKey) return null;
    if (key in MOVES) return () => move(MOVES[key]);
    if (key === " ") return repeat ? () => {} : toggle;
    return key === "Escape" && isDown() ? escape : null;
  }

  canvas.addEventListener("keydown", (event) => {
    const act = action(event);
    if (act === null) return;
    event.preventDefault();
    act();
    show();
  });
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible")) show();
  });
  for (const type of ["blur", "pointerdown"]) {
    canvas.addEventListener(type, () => {
      lift();
      ring.toggleAttribute("hidden", true);
    });
  }
}
