/**
 * The toolbar: owns #tools, the row of buttons below the pad. The Tab key stops at one of
 * them, arrow keys move between them (WAI-ARIA APG, toolbar pattern).
 */

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
  moveByArrows(row);
  refresh();
  return { refresh };
}

/** @param {HTMLElement} row */
function moveByArrows(row) {
  const all = /** @type {HTMLElement[]} */ ([
    ...row.querySelectorAll(":scope > button, :scope > details > summary"),
  ]);
  const stopAt = (/** @type {HTMLElement} */ one) => {
    for (const each of all) each.tabIndex = each === one ? 0 : -1;
  };

  stopAt(all[0]);
  row.addEventListener("focusin", ({ target }) => {
    const one = all.find((each) => each === target);
    if (one !== undefined) stopAt(one);
  });
  row.addEventListener("keydown", (event) => {
    const shown = all.filter((each) => each.checkVisibility());
    const at = shown.findIndex((each) => each === event.target);
    const last = shown.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    shown[(to + shown.length) % shown.length].focus();
  });
}
