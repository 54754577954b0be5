// @ts-check
/** Parts that few visitors need: their modules come when they are first touched. */

import { partNotLoaded } from "../text/page.js";

/**
 * @param {HTMLElement} element  that waits for its module
 * @param {"click" | "toggle"} type  of the event that asks for it
 * @param {HTMLElement} notice  where it is said that the module did not come
 * @param {(event: Event) => Promise<void>} load  also does what was asked for
 */
export function createLater(element, type, notice, load) {
  let loading = false;

  async function first(/** @type {Event} */ event) {
    if (loading) return;
    loading = true;
    notice.textContent = "";
    try {
      await load(event);
      element.removeEventListener(type, first);
    } catch (error) {
      notice.textContent = partNotLoaded(error);
    }
    loading = false;
  }

  element.addEventListener(type, first);
}
