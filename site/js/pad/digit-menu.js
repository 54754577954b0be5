/** A menu of the ten digits. Owns a <details> with an element .digits. */

import { addStyle, finder, make } from "../shell/dom.js";
import { fill } from "../text/page.js";

let style = /** @type {Promise<unknown> | null} */ (null);

/**
 * @param {HTMLDetailsElement} menu  with a summary and an empty .digits in it
 * @param {string} phrase  with {digit}: accessible name of a button
 * @param {(digit: number) => void} onPick
 */
export async function createDigitMenu(menu, phrase, onPick) {
  await (style ??= addStyle("menu.css"));
  const find = finder(menu);
  const digits = find(".digits");
  const summary = find("summary");

  function close() {
    if (menu.contains(document.activeElement)) summary.focus();
    menu.open = false;
  }

  digits.replaceChildren(
    ...Array.from({ length: 10 }, (_, digit) => {
      const label = fill(phrase, { digit });
      const button = make("button", { type: "button", "aria-label": label }, `${digit}`);
      button.addEventListener("click", () => onPick(digit));
      return button;
    }),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    // null in browsers that do not focus clicked buttons
    const next = /** @type {Node | null} */ (relatedTarget);
    if (next !== null && !menu.contains(next)) menu.open = false;
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  return { digits, close };
}
