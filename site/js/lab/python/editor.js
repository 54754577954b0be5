// @ts-check
/**
 * An editor for a few lines of Python: a plain field, over the same text in colours. The
 * colours come from Python's own tokenizer, a moment later; so a line that was changed is
 * plain until they are here.
 */

import { make } from "../../shell/dom.js";
import { coloured } from "./highlight.js";
import { keepTab, newLine, type } from "./editor-keys.js";

/** @typedef {import("./client.js").Piece} Piece */

/** Milliseconds without a change after which colours are asked for. */
const REST_MS = 80;

/**
 * @param {HTMLElement} element  with a pre and a textarea
 * @param {object} told
 * @param {(text: string) => Promise<Piece[][]>} told.colour
 * @param {() => void} told.onApply
 */
export function createEditor(element, { colour, onApply }) {
  const area = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
  const back = /** @type {HTMLElement} */ (element.querySelector("pre"));
  /** @type {string[]} */
  let shown = []; // the lines that are painted
  let wrong = 0;
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
  keepTab(area, () => {
    type(area, "    ");
    return true;
  });

  /** Lines that stay as they are keep their colours, until all come anew. */
  function paint() {
    const lines = area.value.split("\n");
    let same = 0;
    while (same < lines.length && lines[same] === shown[same]) same += 1;
    let end = 0;
    const most = Math.min(lines.length, shown.length) - same;
    while (end < most && lines.at(-1 - end) === shown.at(-1 - end)) end += 1;
    const old = [...back.children].slice(same, shown.length - end);
    const fresh = lines
      .slice(same, lines.length - end)
      .map((text) => lineOf([["", text]]));
    for (const line of old) line.remove();
    const before = back.children[same] ?? null;
    for (const line of fresh) back.insertBefore(line, before);
    shown = lines;
    clearTimeout(timer);
    timer = setTimeout(recolour, REST_MS);
  }

  async function recolour() {
    const text = area.value;
    const lines = await colour(text).catch(() => null); // plain can be read, too
    if (lines === null || text !== area.value) return;
    back.replaceChildren(...lines.map(lineOf));
    mark(wrong);
  }

  /** Show which line went wrong; 0: none. @param {number} line */
  function mark(line) {
    wrong = line;
    [...back.children].forEach((child, i) => {
      child.classList.toggle("wrong", i === line - 1);
    });
  }

  return {
    get text() {
      return area.value;
    },
    mark,
    /** @param {string} text  @param {string} name  what it is the text of */
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
const lineOf = (pieces) => make("div", { class: "line" }, coloured(pieces));
