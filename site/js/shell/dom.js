/** Helpers for elements: create them, write only changes, load a stylesheet. */

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
 * A button with `action` in its data-do, for one listener on a group of buttons.
 * @param {string} action
 * @param {string} text
 * @param {Attributes} [attributes]
 */
export const actionButton = (action, text, attributes = {}) =>
  make("button", { type: "button", "data-do": action, ...attributes }, text);

/** The form fields to save a network under a name. @param {Record<string, string>} texts */
export const saveForm = (texts) => [
  make(
    "label",
    {},
    texts.saveAs,
    make("input", { name: "name", required: true, maxlength: "60", autocomplete: "off" }),
  ),
  make("button", {}, texts.save),
];

// Writing an unchanged value would still make the browser recompute styles and layout.

/** @param {HTMLElement} element  @param {string} text */
export function putText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element  @param {string} name  @param {string} value */
export function putAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Add css/<name> to the page. Resolves when it has loaded or failed: the part that uses it
 * works without it.
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
