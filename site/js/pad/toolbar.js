/** The toolbar: owns #tools, the row of buttons below the pad. */

/** @typedef {ReturnType<typeof import("./pad.js").createPad>} Pad */

/** @param {HTMLElement} row  @param {Pad} pad  @param {() => void} onPredict */
export function createToolbar(row, pad, onPredict) {
  const button = (/** @type {string} */ id) =>
    /** @type {HTMLButtonElement} */ (row.querySelector(id));
  const [undo, redo, eraser] = ["#undoBtn", "#redoBtn", "#eraseBtn"].map(button);
  const isErasing = () => eraser.getAttribute("aria-pressed") === "true";

  function setErasing(/** @type {boolean} */ on) {
    eraser.setAttribute("aria-pressed", String(on));
    pad.setTool(on ? "eraser" : "pen");
  }

  // not `disabled`, which would lose the focus
  const enable = (/** @type {HTMLElement} */ element, /** @type {boolean} */ enabled) =>
    element.setAttribute("aria-disabled", String(!enabled));

  /** Enable the buttons that apply to the drawing. */
  function refresh() {
    enable(undo, pad.canUndo());
    enable(redo, pad.canRedo());
    if (pad.isEmpty() && isErasing() && !pad.pen.isDown()) setErasing(false);
    enable(eraser, !pad.isEmpty());
  }

  undo.addEventListener("click", pad.undo);
  redo.addEventListener("click", pad.redo);
  eraser.addEventListener("click", () => setErasing(!isErasing() && !pad.isEmpty()));
  button("#clearBtn").addEventListener("click", pad.clear);
  button("#predictBtn").addEventListener("click", onPredict);
  refresh();
  return { refresh };
}
