/** A menu of labels. Owns a <details> with an element .labels. */

import { addStyle, finder, make } from "../shell/dom.js";
import { fill } from "../text/page.js";

/** What a click is meant for; the paper is drawn on before there is one. */
const CONTROLS = "a, button, input, label, select, summary, textarea";

let style = /** @type {Promise<unknown> | null} */ (null);

/**
 * @param {HTMLDetailsElement} menu  with a summary and an empty .labels in it
 * @param {string} phrase  with {label}: accessible name of a button
 * @param {(label: string) => void} onPick
 */
export async function createLabelMenu(menu, phrase, onPick) {
  await (style ??= addStyle("menu.css"));
  const find = finder(menu);
  const list = find(".labels");
  const buttons = make("div", { class: "buttons" });
  list.replaceChildren(buttons);
  const summary = find("summary");

  function close() {
    if (menu.contains(document.activeElement)) summary.focus();
    menu.open = false;
  }

  function closeIfOutside(/** @type {Event} */ { target }) {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  }

  /** @param {string} label */
  function buttonOf(label) {
    const name = fill(phrase, { label });
    const button = make("button", { type: "button", "aria-label": name }, label);
    button.addEventListener("click", () => onPick(label));
    return button;
  }

  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.addEventListener("focusin", (event) => {
    const isByKey = /** @type {Element} */ (event.target).matches(":focus-visible");
    if (isByKey) closeIfOutside(event);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!(/** @type {Element} */ (event.target).closest(CONTROLS))) closeIfOutside(event);
  });
  // the closing menu moves what is below it, which would lose the click if it closed earlier
  document.addEventListener("click", closeIfOutside, { capture: true });
  return {
    list,
    close,
    /** Have these labels to choose from. @param {readonly string[]} labels */
    offer: (labels) => buttons.replaceChildren(...labels.map(buttonOf)),
  };
}
