/**
 * What <digit-pad> has in common with other form fields: the properties of its form and
 * validity, and attributes that are reflected as properties.
 */

/** @type {WeakMap<FormField, ElementInternals>} */
const internals = new WeakMap();

/** For the subclass only: a page must not see them. @param {FormField} field */
export const internalsOf = (field) =>
  /** @type {ElementInternals} */ (internals.get(field));

export class FormField extends HTMLElement {
  static formAssociated = true;

  constructor() {
    super();
    internals.set(this, this.attachInternals());
  }

  checkValidity() {
    return internalsOf(this).checkValidity();
  }

  reportValidity() {
    return internalsOf(this).reportValidity();
  }

  get defaultValue() {
    return this.getAttribute("value") ?? "";
  }

  set defaultValue(next) {
    this.setAttribute("value", next);
  }
}

/** Press a form's first submit button, as Enter in an <input> does. @param {HTMLFormElement | null} form */
export function submitByEnter(form) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...(form?.elements ?? [])]);
  const first = buttons.find(({ type }) => type === "submit");
  if (first === undefined) form?.requestSubmit();
  else first.click(); // nothing if it is disabled
}

/** Properties from the element's internals. */
const INTERNAL = /** @type {const} */ ([
  "form",
  "labels",
  "validity",
  "validationMessage",
  "willValidate",
]);

/** String properties and attributes of the same name. */
const STRINGS = "name model size theme digits min max step pattern".split(" ");

/** Boolean properties and their attributes. */
const BOOLEANS = {
  required: "required",
  disabled: "disabled",
  readOnly: "readonly",
  decimal: "decimal",
  negative: "negative",
};

/**
 * @param {string} name
 * @param {(field: FormField) => unknown} get
 * @param {(field: FormField, value: unknown) => unknown} [set]
 */
function defineProperty(name, get, set) {
  Object.defineProperty(FormField.prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {FormField} */
    get() {
      return get(this);
    },
    set:
      set &&
      /** @this {FormField} @param {unknown} value */
      function assign(value) {
        set(this, value);
      },
  });
}

/**
 * Properties set before the class was defined would hide the class's: set them again.
 * @param {any} field
 */
export function upgradeProperties(field) {
  // the value late: the others decide what is one; the strokes last: wrong ones throw
  const late = ["defaultValue", "value", "strokes"];
  for (const name of ["type", ...STRINGS, ...Object.keys(BOOLEANS), ...late]) {
    if (!Object.hasOwn(field, name)) continue;
    const value = field[name];
    delete field[name];
    field[name] = value;
  }
}

/** Set an attribute; a framework takes it back by null or undefined. @param {string} name */
const setAttribute = (name) => (/** @type {FormField} */ field, /** @type {unknown} */ value) =>
  value === null || value === undefined
    ? field.removeAttribute(name)
    : field.setAttribute(name, String(value));

for (const name of INTERNAL) {
  const set = name === "form" ? setAttribute(name) : undefined; // React sets it, to its id
  defineProperty(name, (field) => internalsOf(field)[name], set);
}
for (const name of STRINGS) {
  defineProperty(name, (field) => field.getAttribute(name) ?? "", setAttribute(name));
}
defineProperty(
  "type",
  (field) => field.getAttribute("type") ?? "digit-pad",
  setAttribute("type"),
);
for (const [name, attribute] of Object.entries(BOOLEANS)) {
  defineProperty(
    name,
    (field) => field.hasAttribute(attribute),
    (field, value) => field.toggleAttribute(attribute, Boolean(value)),
  );
}
