/**
 * On phones Learn has a small pad, see css/lab.css: a touch enlarges it. Owns #enlargeBtn,
 * #shrinkBtn and the body's data-pad.
 */

import { finder } from "../shell/dom.js";

/** @param {HTMLElement} body */
export function createEnlarge(body) {
  const find = finder(body);
  const canvas = find("#drawingCanvas");
  const enlarge = find("#enlargeBtn");

  enlarge.addEventListener("click", () => {
    body.dataset.pad = "large";
    canvas.focus();
  });
  find("#shrinkBtn").addEventListener("click", () => {
    delete body.dataset.pad;
    enlarge.focus();
  });
}
