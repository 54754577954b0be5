/** Keyboard shortcuts, which work unless the focused element uses the key itself. */

/** Elements that use all keys, for text. */
const TEXT_FIELDS =
  "textarea, select, [contenteditable], dialog, input:not([type=radio], " +
  "[type=checkbox], [type=range], [type=file], [type=button])";

/** Elements that use Enter or Delete. */
const CONTROLS = `${TEXT_FIELDS}, input, button, a, summary, [role=tab], [role=slider]`;

/**
 * @param {Pick<Document, "addEventListener">} target
 * @param {object} actions
 * @param {() => void} actions.undo  Ctrl+Z, on a Mac Cmd+Z
 * @param {() => void} actions.redo  the same with Shift, or Ctrl+Y
 * @param {() => void} actions.clear  Delete
 * @param {() => void} actions.predict  Enter
 */
export function listenForShortcuts(target, { undo, redo, clear, predict }) {
  /** @param {KeyboardEvent} event */
  function actionOf(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const within = (/** @type {string} */ selector) =>
      /** @type {Element} */ (event.target).closest(selector) !== null;
    if (altKey || within(TEXT_FIELDS)) return null;
    if (ctrlKey !== metaKey) {
      const letter = letterOf(event);
      if (letter === "z") return shiftKey ? redo : undo;
      return letter === "y" && ctrlKey && !shiftKey ? redo : null;
    }
    if (ctrlKey || shiftKey || within(CONTROLS)) return null;
    return { Delete: clear, Enter: predict }[key] ?? null;
  }

  target.addEventListener("keydown", (event) => {
    const action = event.defaultPrevented ? null : actionOf(event);
    if (action === null) return;
    event.preventDefault();
    action();
  });
}

/** The Latin letter of a key, also on keyboards for other scripts. */
function letterOf(/** @type {KeyboardEvent} */ { key, code }) {
  return (/^[a-z]$/i.test(key) ? key : code.replace("Key", "")).toLowerCase();
}
