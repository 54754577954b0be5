/**
 * An editor for a few lines of Python: a textarea over the same text with syntax
 * highlighting. Python's tokenizer highlights it asynchronously, so a changed line is plain
 * for a moment.
 */

import { div, finder } from "../../shell/dom.js";
import { highlighted } from "./highlight.js";
import { captureTab, newLine, type } from "./editor-keys.js";

/** @import { Piece } from "./client.js" */

/** Milliseconds without a change before the text is highlighted. */
const REST_MS = 80;

/**
 * @param {HTMLElement} element  with a pre and a textarea
 * @param {object} events
 * @param {(text: string) => Promise<Piece[][]>} events.tokenize
 * @param {() => void} events.onApply
 */
export function createEditor(element, { tokenize, onApply }) {
  const find = finder(element);
  const area = find("textarea", HTMLTextAreaElement);
  const backdrop = find("pre");
  let painted = /** @type {string[]} */ ([]); // lines
  let marked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  area.addEventListener("input", () => {
    mark(0);
    paint();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) onApply();
    else newLine(area);
  });
  captureTab(area, () => {
    type(area, "    ");
    return true;
  });

  /** Replaces the lines that changed; the others keep their highlighting. */
  function paint() {
    const lines = area.value.split("\n");
    let first = 0;
    while (first < lines.length && lines[first] === painted[first]) first += 1;
    let tail = 0;
    const longest = Math.min(lines.length, painted.length) - first;
    while (tail < longest && lines.at(-1 - tail) === painted.at(-1 - tail)) tail += 1;
    const removed = [...backdrop.children].slice(first, painted.length - tail);
    for (const line of removed) line.remove();
    const next = backdrop.children[first] ?? null;
    for (const text of lines.slice(first, lines.length - tail)) {
      backdrop.insertBefore(lineOf([["", text]]), next);
    }
    painted = lines;
    clearTimeout(timer);
    timer = setTimeout(highlight, REST_MS);
  }

  async function highlight() {
    const text = area.value;
    const lines = await tokenize(text).catch(() => null); // it stays plain
    if (lines === null || text !== area.value) return;
    backdrop.replaceChildren(...lines.map(lineOf));
    mark(marked);
  }

  /** Marks the line of an error; 0: none. @param {number} line */
  function mark(line) {
    marked = line;
    [...backdrop.children].forEach((child, i) => {
      child.classList.toggle("wrong", i === line - 1);
    });
  }

  return {
    get text() {
      return area.value;
    },
    mark,
    /** @param {string} text  @param {string} name  accessible name */
    show(text, name) {
      area.setAttribute("aria-label", name);
      area.value = text.replace(/\n$/, "");
      mark(0);
      paint();
    },
    focus() {
      area.focus();
      area.setSelectionRange(0, 0);
    },
  };
}

/** @param {Piece[]} pieces */
const lineOf = (pieces) => div("line", highlighted(pieces));
