/** Attributes of <digit-pad> that are reflected as properties, as in other form fields. */

/** String properties of the same name. */
const STRINGS = ["name", "model", "size", "theme", "digits"];

/** Boolean properties and their attributes. @type {[string, string][]} */
const BOOLEANS = [
  ["required", "required"],
  ["disabled", "disabled"],
  ["readOnly", "readonly"],
];

/**
 * Define the properties of a class.
 * @param {HTMLElement} prototype
 */
export function reflectAttributes(prototype) {
  for (const name of STRINGS) {
    define(prototype, name, {
      get: (element) => element.getAttribute(name) ?? "",
      set: (element, value) => element.setAttribute(name, String(value)),
    });
  }
  for (const [name, attribute] of BOOLEANS) {
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
 * Properties set before the class was defined would hide the class's: set them again.
 * @param {any} element
 */
export function upgradeProperties(element) {
  for (const name of ["value", ...STRINGS, ...BOOLEANS.map(([property]) => property)]) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}
