// @ts-check
/** What can be done to the drawing: owns #tools, the row of buttons below the paper. */

/** @typedef {ReturnType<typeof import("./pad.js").createPad>} Pad */

/**
 * @param {HTMLElement} row
 * @param {Pad} pad
 * @param {() => void} onPredict
 */
export function createTools(row, pad, onPredict) {
  const button = (/** @type {string} */ id) =>
    /** @type {HTMLButtonElement} */ (row.querySelector(id));
  const [undo, redo, eraser] = ["#undoBtn", "#redoBtn", "#eraseBtn"].map(button);
  const isErasing = () => eraser.getAttribute("aria-pressed") === "true";

  function erase(/** @type {boolean} */ on) {
    eraser.setAttribute("aria-pressed", String(on));
    pad.use(on ? "eraser" : "pen");
  }

  // said to be disabled, but not so: the focus would be lost
  const enable = (/** @type {HTMLElement} */ what, /** @type {boolean} */ able) =>
    what.setAttribute("aria-disabled", String(!able));

  /** Show what can be done now. */
  function refresh() {
    enable(undo, pad.canUndo());
    enable(redo, pad.canRedo());
    if (pad.isEmpty() && isErasing() && !pad.pen.isDown()) erase(false);
    enable(eraser, !pad.isEmpty());
  }

  undo.addEventListener("click", pad.undo);
  redo.addEventListener("click", pad.redo);
  eraser.addEventListener("click", () => erase(!isErasing() && !pad.isEmpty()));
  button("#clearBtn").addEventListener("click", pad.clear);
  button("#predictBtn").addEventListener("click", onPredict);
  refresh();
  return { refresh };
}
