// @ts-check
/** A menu of the ten digits, which closes as menus do. Owns a <details> with .digits in it. */

import { addStyle } from "../shell/dom.js";

/** @type {Promise<unknown> | null} */
let styled = null;

/**
 * @param {HTMLDetailsElement} menu  with a summary and an empty .digits in it
 * @param {(digit: number) => string} nameOf  what a button says to those who hear it
 * @param {(digit: number) => void} onPick
 */
export async function createMenu(menu, nameOf, onPick) {
  await (styled ??= addStyle("menu.css"));
  const digits = /** @type {HTMLElement} */ (menu.querySelector(".digits"));
  const summary = /** @type {HTMLElement} */ (menu.querySelector("summary"));

  function close() {
    if (menu.contains(document.activeElement)) summary.focus();
    menu.open = false;
  }

  digits.replaceChildren(
    ...Array.from({ length: 10 }, (_, digit) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(digit);
      button.setAttribute("aria-label", nameOf(digit));
      button.addEventListener("click", () => onPick(digit));
      return button;
    }),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    // to nowhere it goes, too, where a browser gives a clicked button no focus
    const to = /** @type {Node | null} */ (relatedTarget);
    if (to !== null && !menu.contains(to)) menu.open = false;
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  return { digits, close };
}
