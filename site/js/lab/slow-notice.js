/** Says in the lab's notice that a worker owes an answer and is silent. */

import { DEAD_WORKER_S, SLOW_WORKER_S } from "../boot/timeouts.js";
import { fill, LAB_IS_SLOW } from "./text.js";

/** @param {boolean} isSlow */
export function reportSlow(isSlow) {
  const notice = /** @type {HTMLElement} */ (document.querySelector("#lab .lab-notice"));
  const text = fill(LAB_IS_SLOW, { seconds: SLOW_WORKER_S, end: DEAD_WORKER_S });
  if (isSlow) notice.textContent = text;
  else if (notice.textContent === text) notice.textContent = "";
}
