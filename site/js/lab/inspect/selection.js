// @ts-check
/** A number that was chosen in one panel, for another one to show. */

/** @typedef {{layer: number, at: number}} Aim  counted from 0 */

/** @type {Aim | null} */
let waiting = null;

/** Lead to a panel, which finds what was aimed at. @param {Aim} aim  @param {string} panel */
export function lead(aim, panel) {
  waiting = aim;
  const tab = /** @type {HTMLElement} */ (document.getElementById(`tab-${panel}`));
  tab.click();
  tab.focus(); // what led here is hidden now
}

/** What was aimed at, once. */
export function take() {
  const aim = waiting;
  waiting = null;
  return aim;
}
