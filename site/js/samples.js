// @ts-check
/** Ten digits for whoever cannot draw one: owns #samples. */

import { decode } from "./link.js";
import { sampleName } from "./words.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** Digits 0 to 9, written out stroke by stroke, as links hold drawings. */
const DRAWINGS = [
  "19xgxBgQ_EjBHePwCaiD8ByC-B-ByCe-DlB4D1FDrI7D7EvDVpCetBuBnB8Bd2BPuB",
  "1hOwiBwYwE1DApB9CgLtCyFECA9BC3CArB",
  "1uxoagcgC9EYUyCgBoCgDdqFlFsE5FkBjDhBRnBHJ2Q3IZKnBKtBFPE",
  "1DTwbgUgE5CgBYwB6BF8D3E8DrHDrBzDuRSjF-DvHc3EzDXpEuB7CyBrByBK",
  "1hUgiBoPxBkGduBNkC0CrDiMpHnCC5CKnDG.gzBoQPyGNiCL2CIDK5CMhC",
  "1CUogBoQfsFCKTwByJtH2B0BhDgGzGiD7FhCpC9EY9D8BhCqBjB.4foQkLVRA",
  "11OozBoOzEsCCQL6BGmCgBkC0C4BgFXiFxFFpIlG3E5GyBzCoFe4D0BoBuBb",
  "1npwYgSoFLmBAqCH6BVxLkKrE8BUdwBtBoB1BYxCS5B",
  "1WnwyBwVvDpDdclB6CSyD8D6CiGIgDPlCkC3GmBjHhEtBpIsFjG8GAsDyCFoB3BD3CJ7CMb4B",
  "1vWg1Bga5CxEpBgBrC2CTyEyDoE0HfiFzHbpHhHwOrC4CLrBCzBCvBM3B",
];

/**
 * @param {HTMLDetailsElement} menu  with a summary and an empty .digits in it
 * @param {(strokes: Stroke[]) => void} onPick
 */
export function createSamples(menu, onPick) {
  const digits = /** @type {HTMLElement} */ (menu.querySelector(".digits"));
  const summary = /** @type {HTMLElement} */ (menu.querySelector("summary"));

  function close() {
    if (menu.contains(document.activeElement)) summary.focus();
    menu.open = false;
  }

  digits.replaceChildren(
    ...DRAWINGS.map((drawing, digit) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(digit);
      button.setAttribute("aria-label", sampleName(digit));
      button.addEventListener("click", () => {
        close();
        onPick(decode(drawing));
      });
      return button;
    }),
  );
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(/** @type {Node | null} */ (relatedTarget))) menu.open = false;
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
}
