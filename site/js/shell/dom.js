// @ts-check
/** Helpers for elements: make them, write only what differs, load a stylesheet. */

import { resolveUrl } from "../manifest.js";

/** @typedef {Record<string, string | boolean>} Attributes */

/**
 * An element with attributes and children.
 * @param {string} tag
 * @param {Attributes} [attributes]  true: present, without a value
 * @param {(Node | string)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * A button; `action` is in its data-do, for one listener on a group of buttons.
 * @param {string} action
 * @param {string} text
 * @param {Attributes} [attributes]
 */
export const does = (action, text, attributes = {}) =>
  make("button", { type: "button", "data-do": action, ...attributes }, text);

/** The form row that names a network to keep. @param {Record<string, string>} texts */
export const keepForm = (texts) => [
  make(
    "label",
    {},
    texts.keepAs,
    make("input", { name: "name", required: true, maxlength: "60", autocomplete: "off" }),
  ),
  make("button", {}, texts.keep),
];

// A browser computes styles and layout again for whatever is written, even the same.

/** @param {HTMLElement} element  @param {string} text */
export function putText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element  @param {string} name  @param {string} value */
export function putAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Add css/<name> to the page. Resolves when it is loaded, and also when it cannot be:
 * the part that it is for works without.
 * @param {string} name
 */
export function addStyle(name) {
  const { href } = resolveUrl(`../css/${name}`);
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
}
