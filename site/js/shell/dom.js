// @ts-check
/** Elements from a few words: what the parts that come late are made with. */

/** @typedef {Record<string, string | boolean>} Attributes */

/**
 * An element, with what is in it.
 * @param {string} tag
 * @param {Attributes} [attributes]  true: there, without a value
 * @param {(Node | string)[]} inside
 */
export function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...inside);
  return element;
}

/**
 * A button that says what it does, and says it to the program in data-do.
 * @param {string} what
 * @param {string} text
 * @param {Attributes} [attributes]
 */
export const does = (what, text, attributes = {}) =>
  make("button", { type: "button", "data-do": what, ...attributes }, text);

/** The line in which a network is named that is to be kept. @param {Record<string, string>} texts */
export const keepForm = (texts) => [
  make(
    "label",
    {},
    texts.keepAs,
    make("input", { name: "name", required: true, maxlength: "60", autocomplete: "off" }),
  ),
  make("button", {}, texts.keep),
];
