// @ts-check
/** Keys that work wherever the focus is, unless what has it needs them itself. */

/** What needs all keys: something is written there. */
const WRITING =
  "textarea, select, [contenteditable], dialog, input:not([type=radio], " +
  "[type=checkbox], [type=range], [type=file], [type=button])";

/** What needs Enter and Delete as well. */
const PRESSING = `${WRITING}, input, button, a, summary, [role=tab], [role=slider]`;

/**
 * @param {Pick<Document, "addEventListener">} page  or what the keys are for
 * @param {object} actions
 * @param {() => void} actions.undo  Ctrl+Z, on a Mac Cmd+Z
 * @param {() => void} actions.redo  the same with Shift, or Ctrl+Y
 * @param {() => void} actions.clear  Delete
 * @param {() => void} actions.predict  Enter
 */
export function listenForKeys(page, { undo, redo, clear, predict }) {
  /** @param {KeyboardEvent} event */
  function actionOf(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const within = (/** @type {string} */ what) =>
      /** @type {Element} */ (event.target).closest(what) !== null;
    if (altKey || within(WRITING)) return null;
    if (ctrlKey !== metaKey) {
      const letter = letterOf(event);
      if (letter === "z") return shiftKey ? redo : undo;
      return letter === "y" && ctrlKey && !shiftKey ? redo : null;
    }
    if (ctrlKey || shiftKey || within(PRESSING)) return null;
    return { Delete: clear, Enter: predict }[key] ?? null;
  }

  page.addEventListener("keydown", (event) => {
    const action = event.defaultPrevented ? null : actionOf(event);
    if (action === null) return;
    event.preventDefault();
    action();
  });
}

/** The Latin letter on a key, also where the keyboard writes another alphabet. */
function letterOf(/** @type {KeyboardEvent} */ { key, code }) {
  return (/^[a-z]$/i.test(key) ? key : code.replace("Key", "")).toLowerCase();
}
