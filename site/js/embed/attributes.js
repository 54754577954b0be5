// @ts-check
/** Attributes of <digit-pad> that are also properties, as a field of a form has them. */

/** Texts of the same name. */
const TEXTS = ["name", "model", "size", "theme", "digits"];

/** Properties that are true where an attribute is there. @type {[string, string][]} */
const SWITCHES = [
  ["required", "required"],
  ["disabled", "disabled"],
  ["readOnly", "readonly"],
];

/**
 * Give a class its properties.
 * @param {HTMLElement} prototype
 */
export function mirror(prototype) {
  for (const name of TEXTS) {
    define(prototype, name, {
      get: (element) => element.getAttribute(name) ?? "",
      set: (element, value) => element.setAttribute(name, String(value)),
    });
  }
  for (const [name, attribute] of SWITCHES) {
    define(prototype, name, {
      get: (element) => element.hasAttribute(attribute),
      set: (element, value) => element.toggleAttribute(attribute, Boolean(value)),
    });
  }
}

/**
 * @param {HTMLElement} prototype
 * @param {string} name
 * @param {object} access
 * @param {(element: HTMLElement) => unknown} access.get
 * @param {(element: HTMLElement, value: unknown) => unknown} access.set
 */
function define(prototype, name, { get, set }) {
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {HTMLElement} */
    get() {
      return get(this);
    },
    /** @this {HTMLElement} @param {unknown} value */
    set(value) {
      set(this, value);
    },
  });
}

/**
 * What was set on the element before its class came would hide the class's for ever.
 * @param {any} element
 */
export function upgrade(element) {
  for (const name of ["value", ...TEXTS, ...SWITCHES.map(([property]) => property)]) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}
