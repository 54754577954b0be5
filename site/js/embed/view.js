/** The view of a <digit-pad>: owns its shadow root: canvas, text field, answer, buttons. */

import { createKeyboardPen } from "../pad/keyboard-pen.js";
import { listenForShortcuts } from "../pad/shortcuts.js";
import { createPad } from "../pad/pad.js";
import { CANVAS } from "../pad/strokes.js";
import { div, liveText, make } from "../shell/dom.js";
import { rangeOf } from "../text/labels.js";
import { stylesheet } from "./stylesheet-text.js";
import * as english from "./text.js";
import { listenForTyping } from "./typing.js";

/** @import { Attributes } from "../shell/dom.js" */
/** @import { Problem } from "../text/page.js" */

const UNDO = "M8.5 4.5 4 9l4.5 4.5M4 9h10a5 5 0 0 1 0 10h-3.5";
const CLEAR = "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 11v5M13.5 11v5";

/** Events that draw; a locked pad ignores them. */
const DRAWING_EVENTS = ["pointerdown", "touchstart", "touchmove", "keydown"];

/**
 * @param {ShadowRoot} root  empty
 * @param {object} events
 * @param {() => void} events.onStart  the pen touches the canvas
 * @param {() => void} events.onMove
 * @param {() => void} events.onChange  the pen is up, or the drawing was changed
 * @param {(text: string) => boolean} events.onType  returns whether it is a label
 * @param {(text: string) => boolean} events.mayBecomeLabel
 * @param {() => void} events.onEnter
 * @param {() => void} events.onOther  the second answer is chosen
 * @param {() => void} events.onRetry
 */
export function createView(root, events) {
  const { onStart, onMove, onChange, onType, mayBecomeLabel, onEnter, onOther, onRetry } =
    events;
  const sizeStyle = new CSSStyleSheet();
  root.adoptedStyleSheets = [stylesheet, sizeStyle];

  const canvas = make("canvas", {
    class: "ink",
    part: "canvas",
    tabindex: -1, // Tab goes to the field, whose arrow keys draw too
    width: CANVAS,
    height: CANVAS,
    role: "application",
    "aria-describedby": "keys",
  });
  const hint = part("p", "hint", { "aria-hidden": "true" });
  const cursor = make("div", { class: "cursor", hidden: true });
  const keys = make("p", { class: "keys", id: "keys" });
  const frame = part("div", "paper", {}, canvas, hint, cursor, keys);

  const field = make("input", {
    class: "field",
    part: "digit",
    size: 1,
    inputmode: "numeric",
    placeholder: "0–9",
    autocomplete: "off",
    "aria-describedby": "keys",
  });
  const digit = make("span", { class: "digit unseen" }); // the field's value, to announce
  const text = part("span", "words");
  const live = { role: "status", "aria-atomic": "true" };
  const answer = part("div", "answer", live, digit, text);
  const undo = iconButton("undo", UNDO);
  const clear = iconButton("clear", CLEAR);
  const row = div("row", field, answer, undo, clear);
  const other = make("button", { type: "button", part: "button other", hidden: true });
  const foot = part("div", "foot", {}, row, other);

  const slow = part("p", "slow", { role: "status" });
  const title = make("strong");
  const reason = make("p");
  const retry = make("button", { type: "button", part: "button retry" });
  const alert = { role: "alert", hidden: true };
  const problem = part("div", "problem", alert, title, reason, retry);
  const announcement = liveText("unseen");
  root.replaceChildren(frame, announcement, foot, slow, problem);

  const isLocked = () => frame.classList.contains("locked");
  for (const type of DRAWING_EVENTS) {
    const guard = (/** @type {Event} */ event) => {
      if (isLocked()) event.stopPropagation();
    };
    frame.addEventListener(type, guard, { capture: true });
  }
  const pad = createPad(canvas, {
    onStart() {
      hint.hidden = true;
      onStart();
    },
    onMove,
    onChange() {
      hint.hidden = !pad.isEmpty();
      onChange();
    },
  });
  createKeyboardPen(cursor, announcement, canvas, pad.pen, () => words);
  listenForShortcuts(/** @type {any} */ (root), { ...pad, predict: onEnter });
  const typing = new AbortController();
  const onDelete = pad.clear;
  listenForTyping(canvas, field, { onType, mayBecomeLabel, onDelete }, typing.signal);
  undo.addEventListener("click", pad.undo);
  clear.addEventListener("click", pad.clear);
  other.addEventListener("click", onOther);
  retry.addEventListener("click", onRetry);

  /** @type {import("./language.js").Words} */
  let words = english;
  let isSlow = false;

  const showSlow = () => (slow.textContent = isSlow ? words.padSlow() : "");

  /** Show all texts in a language. @param {typeof words} next */
  function setWords(next) {
    words = next;
    hint.textContent = words.PAD_HINT;
    keys.textContent = words.PAD_KEYS;
    retry.textContent = words.RETRY;
    undo.title = undo.ariaLabel = words.UNDO;
    clear.title = clear.ariaLabel = words.CLEAR;
    showSlow();
  }

  setWords(words);
  return {
    pad,
    setWords,
    root,
    frame,
    canvas,
    field,
    /** A pad for numbers takes typed text in its own way. */
    stopTyping: () => typing.abort(),
    /** @param {string} label  @param {string} message  @param {string} [typed]  in the field */
    show(label, message, typed = label) {
      if (digit.textContent !== label) digit.textContent = label;
      if (field.value !== typed) field.value = typed;
      field.defaultValue = typed;
      field.size = Math.max(1, typed.length);
      if (text.textContent !== message) text.textContent = message;
    },
    /** Offer a second answer. @param {string} label  "" for none */
    showOther(label) {
      other.hidden = label === "";
      other.textContent = words.fill(words.PAD_INSTEAD, { other: label });
    },
    /** Screen readers wait while it is busy. @param {boolean} busy */
    setBusy: (busy) => answer.setAttribute("aria-busy", String(busy)),
    /** Say so while a busy pad waits for a silent worker. @param {boolean} now */
    setSlow(now) {
      isSlow = now;
      showSlow();
    },
    /** @param {Problem | null} what  @param {boolean} [canRetry] */
    showProblem(what, canRetry = true) {
      title.textContent = what?.title ?? "";
      reason.textContent = what?.text ?? "";
      retry.hidden = !canRetry;
      problem.hidden = what === null;
    },
    /**
     * @param {string} name  of the field
     * @param {string} paper  of the canvas
     * @param {boolean} required
     */
    setNames(name, paper, required) {
      field.ariaLabel = name;
      field.ariaRequired = String(required);
      canvas.ariaLabel = paper;
    },
    /** Say which labels can be typed. @param {readonly string[]} labels */
    setLabels(labels) {
      const areNumeric = labels.every((label) => /^[0-9]+$/.test(label));
      field.inputMode = areNumeric ? "numeric" : "text"; // the on-screen keyboard
      const range = rangeOf(labels);
      field.placeholder = range.length > 3 ? "" : range; // the field is as narrow
    },
    /** @param {boolean} locked  against drawing  @param {boolean} disabled */
    setLocked(locked, disabled) {
      if (locked && pad.pen.isDown()) pad.pen.up();
      frame.classList.toggle("locked", locked);
      undo.disabled = clear.disabled = other.disabled = field.readOnly = locked;
      field.disabled = disabled;
      canvas.setAttribute("aria-disabled", String(locked));
    },
    /** @param {number | null} side  in CSS pixels; null: the default */
    resize(side) {
      sizeStyle.replaceSync(side === null ? "" : `:host { --side: ${side}px; }`);
    },
  };
}

/**
 * An element that a page can style as ::part(name).
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} name  also its class
 * @param {Attributes} [attributes]
 * @param {Node[]} children
 */
const part = (tag, name, attributes = {}, ...children) =>
  make(tag, { class: name, part: name, ...attributes }, ...children);

/** @param {string} name  @param {string} path  of its icon */
function iconButton(name, path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return make("button", { type: "button", part: `button ${name}` }, svg);
}
