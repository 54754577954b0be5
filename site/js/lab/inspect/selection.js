/** Passes a value that was picked in one panel to another panel. */

/** A value of a layer, both counted from 0. @typedef {{layer: number, at: number}} Selection */

let pending = /** @type {Selection | null} */ (null);

/** Opens a panel, which calls takeSelection. @param {string} panel  @param {Selection} selection */
export function showIn(panel, selection) {
  pending = selection;
  const tab = /** @type {HTMLElement} */ (document.getElementById(`tab-${panel}`));
  tab.click();
  tab.focus(); // the element that had the focus is hidden now
}

/** The selection, once; then null. */
export function takeSelection() {
  const selection = pending;
  pending = null;
  return selection;
}
