// @ts-check
/** How a line of Python is typed: what Enter does, what Tab does. Pure, but for `keepTab`. */

/** What a line must end in for the next one to belong to it. */
const OPEN = /[:,([{\\]\s*$/;

/**
 * Whether Enter runs the text, with the caret at its end: not while it is open, nor in
 * a block, which an empty line ends.
 * @param {string} text
 */
export function isWhole(text) {
  const lines = text.split("\n");
  const last = lines[lines.length - 1];
  if (lines.length === 1) return !OPEN.test(text) && !/^\s*@/.test(text);
  return last.trim() === "" || (!lines.some((line) => OPEN.test(line)) && last !== "");
}

/** The indentation of the line after `line`. @param {string} line */
export function indentation(line) {
  const own = /^ */.exec(line)?.[0] ?? "";
  if (/:\s*(#.*)?$/.test(line)) return `${own}    `;
  return /^\s*(return|pass|break|continue|raise)\b/.test(line) ? own.slice(4) : own;
}

/** What all names begin with. @param {string[]} names */
export function common(names) {
  let begin = names[0] ?? "";
  for (const name of names) while (!name.startsWith(begin)) begin = begin.slice(0, -1);
  return begin;
}

/**
 * Put text in the place of what is selected, as if it were typed: it can be taken back.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export function type(area, text) {
  // the only way that keeps the browser's own undo; where it is gone, without
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Tab does what `act` says, but after Escape, or where there is nothing to do, it leaves.
 * @param {HTMLTextAreaElement} area
 * @param {() => boolean} act  whether there was something to do
 */
export function keepTab(area, act) {
  let leaving = false;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key !== "Tab" && event.key !== "Shift") leaving = false;
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || leaving) return;
    if (act()) event.preventDefault();
  });
  area.addEventListener("blur", () => (leaving = false));
}

/** Begin a new line, as deep as it must be. @param {HTMLTextAreaElement} area */
export function newLine(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  type(area, `\n${indentation(line)}`);
}
