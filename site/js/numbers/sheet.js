/**
 * The wide sheet for a number: while it is open, the pad's canvas grows to the right, and
 * after each stroke the whole number is read.
 */

import { boundingBox, CANVAS, flatten, paperWidth, refit } from "../pad/strokes.js";
import { addStyle, putAttribute } from "../shell/dom.js";
import { createLive } from "../worker/latest-only.js";
import { choicesFor, corrected, sheetWidth } from "./reading.js";
import { createView } from "./view.js";
import * as words from "./text.js";

/** @import { Drawing } from "../pad/strokes.js" */
/** @import { Reading } from "../worker/protocol.js" */
/** @import { Shown } from "./reading.js" */
/**
 * @typedef {object} Page
 * @property {ReturnType<typeof import("../pad/pad.js").createPad>} pad
 * @property {HTMLElement} scroller  with the pad; it scrolls
 * @property {HTMLElement} result  the section with the answer
 * @property {() => string[] | null} labels  of the network in use, null if none can answer
 * @property {(request: ReturnType<typeof flatten>) => Promise<Reading>} ask
 * @property {(verdict: {status: string, answer: string}, text: string) => void} write
 * @property {(milliseconds: number, last: boolean) => void} onAnswer  last: of this drawing
 * @property {(error: unknown) => void} fail
 */

/** Signs that are read besides the network's labels: SIGNS in nnweb/numbers/separators.py. */
const SIGNS = "-/.,:";
/** Read when the sheet opens, to load the reader: the first reading takes longest. */
const FIRST = [
  [
    { x: 0, y: 0 },
    { x: 0, y: 9 },
  ],
];
/** Milliseconds after a stroke until the sheet moves on: a 4 has two. */
const SCROLL_AFTER_MS = 800;

/** @param {Page} page */
export async function createSheet({ pad, scroller, result, labels, ask, write, onAnswer, fail }) {
  await addStyle("number.css");
  const view = createView(scroller, result, { onPick: correct, onDelete: remove });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let scrolling;
  const live = createLive({
    look: () => (labels() === null || pad.isEmpty() ? null : pad.drawing()),
    ask: async (drawing) => ({ drawing, reading: await ask(flatten(drawing.strokes)) }),
    show,
    fail,
  });
  const visible = new ResizeObserver(fit);

  const right = () => boundingBox(pad.strokes())?.right ?? 0;

  /** Make the canvas as wide as the window shows, or the number needs. */
  function fit() {
    pad.resize(sheetWidth(view.visibleUnits(), right()));
    view.paintBoxes();
  }

  /** @param {{drawing: Drawing, reading: Reading}} reply  @param {boolean} last */
  function show({ drawing, reading }, last) {
    const { strokes, fixed = [] } = drawing;
    const shown = corrected(reading, strokes, fixed);
    pad.hide(new Set(reading.crossed.map((index) => strokes[index])));
    const status = shown.accepted && shown.text !== "" ? "digit" : "not-a-digit";
    write({ status, answer: shown.text }, words.correctedWords(shown));
    view.show(shown.characters, (one) => choicesFor(one, alphabet()));
    onAnswer(reading.milliseconds, last);
  }

  const alphabet = () => (labels() ?? []).join("") + SIGNS;

  /** The person says what a character is. @param {Shown} character  @param {string} text */
  async function correct({ ink, part, isAlone }, text) {
    const { fixed = [] } = pad.drawing();
    pad.replace({ ...pad.drawing(), fixed: [...fixed, { strokes: ink, part, text }] });
    view.showMessage("");
    if (!isAlone) return;
    const { keepCorrection } = await import("./keep-correction.js");
    const message = await keepCorrection(refit(ink), text);
    view.showMessage(message, message !== "");
  }

  /** @param {Shown} character */
  function remove({ ink }) {
    const strokes = pad.strokes().filter((stroke) => !ink.includes(stroke));
    pad.replace({ ...pad.drawing(), strokes });
  }

  /** Scroll to free paper, once the person pauses. */
  function scrollSoon() {
    clearTimeout(scrolling);
    scrolling = setTimeout(() => {
      if (!pad.pen.isDown()) view.scrollPast(right());
    }, SCROLL_AFTER_MS);
  }

  return {
    texts: { TITLE: words.READY, HINT: words.HINT, PAPER: words.PAPER, READY: words.READY },
    open() {
      putAttribute(document.body, "data-mode", "number");
      if (pad.drawing().picture !== null) pad.clear();
      visible.observe(scroller);
      fit();
      // a failure is said when something is written
      if (labels() !== null && pad.isEmpty()) ask(flatten(FIRST)).catch(() => {});
    },
    close() {
      live.forget();
      clearTimeout(scrolling);
      visible.disconnect();
      document.body.removeAttribute("data-mode");
      view.show([], () => []);
      pad.hide(new Set());
      if (paperWidth(pad.strokes()) > CANVAS) pad.clear(); // it would be cut off
      pad.resize(CANVAS);
    },
    /** The pen moves: what it writes says nothing before it is up. */
    touch() {
      clearTimeout(scrolling);
    },
    /** The drawing has changed: read it. */
    settle() {
      fit();
      scrollSoon();
      live.settle();
    },
    /** The drawing was deleted or replaced. */
    forget() {
      live.forget();
      if (!pad.isEmpty()) return;
      view.show([], () => []);
      fit();
    },
  };
}
