/** Helpers for elements: create them, write only changes, load a stylesheet. */

import { resolveUrl } from "../manifest.js";

/** @typedef {Record<string, string | number | boolean>} Attributes */

/**
 * An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
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

/** A div with a class. @param {string} name  @param {(Node | string)[]} children */
export const div = (name, ...children) => make("div", { class: name }, ...children);

/** A paragraph whose changes are read out. @param {string} name  its class */
export const liveText = (name) => make("p", { class: name, role: "status" });

/**
 * A section with a heading.
 * @param {string} panel  that it is part of
 * @param {string} name
 * @param {string} title
 * @param {(Node | string)[]} children
 */
export function section(panel, name, title, ...children) {
  const id = `${panel}-${name}-title`;
  const heading = make("h3", { id }, title);
  return make("section", { class: name, "aria-labelledby": id }, heading, ...children);
}

/** A function that finds an element within another; it must exist. @param {ParentNode} within */
export const finder = (within) =>
  /**
   * @template {HTMLElement} Type
   * @param {string} selector
   * @param {new () => Type} [type]
   */
  (selector, type = /** @type {any} */ (HTMLElement)) => {
    const found = within.querySelector(selector);
    if (found instanceof type) return found;
    throw new TypeError(`${selector}: expected ${type.name}, got ${found}`);
  };

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
    make("input", {
      name: "name",
      required: true,
      pattern: ".*\\S.*", // not only spaces
      maxlength: "60",
      autocomplete: "off",
    }),
  ),
  make("button", {}, texts.save),
];

/** Opens an element, if it is a <details>, and those around it. @param {Element} element */
export function unfold(element) {
  for (let at = element.closest("details"); at !== null; ) {
    at.open = true;
    at = at.parentElement?.closest("details") ?? null;
  }
}

/** Brings an element into view, also out of a closed <details>. @param {Element} element */
export function reveal(element) {
  unfold(element);
  element.scrollIntoView({ block: "nearest" });
}

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
