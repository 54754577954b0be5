/** What Enter and Tab do while Python is typed. */

/** The end of a line that continues on the next one, before a comment. */
const OPEN = /[:,([{\\]\s*(\s#.*)?$/;

/** Begins and ends a text of several lines. */
const LONG_QUOTE = /"""|'''/;

/**
 * Whether Enter at the end of the text runs it: not while a bracket, block or text of several
 * lines is open. An empty line ends a block.
 * @param {string} text
 */
export function isWhole(text) {
  if (text.split(LONG_QUOTE).length % 2 === 0) return false;
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

/** The common prefix. @param {string[]} names */
export function commonPrefix(names) {
  let prefix = names[0] ?? "";
  for (const name of names) {
    while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

/**
 * Replaces the selection as if the text were typed, so that it can be undone.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 */
export function type(area, text) {
  // deprecated, but the only way that keeps the browser's undo history
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Makes Tab call `act`; after Escape, or if `act` returns false, it moves the focus as usual.
 * @param {HTMLTextAreaElement} area
 * @param {() => boolean} act
 */
export function captureTab(area, act) {
  let leaving = false;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key !== "Tab" && event.key !== "Shift") leaving = false;
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || leaving) return;
    if (act()) event.preventDefault();
  });
  area.addEventListener("blur", () => (leaving = false));
}

/** Inserts a new line with its indentation. @param {HTMLTextAreaElement} area */
export function newLine(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  type(area, `\n${indentation(line)}`);
}
