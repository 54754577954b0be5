// @ts-check
/**
 * Write into the page only what differs: a browser styles, lays out and paints anew
 * whatever is written, though it be the same.
 */

/** @param {HTMLElement} element  @param {string} text */
export function putText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element  @param {string} name  @param {string} value */
export function putAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
