/** The form of hyperparameters. Owns .hyperparameters but for its buttons. */

import { finder } from "../../shell/dom.js";
import {
  BadSettings,
  differing,
  formatSettings,
  parseSettings,
  PRESETS,
  presetOf,
} from "./settings.js";
import * as words from "./text.js";

/** @import { Choices } from "./session.js" */
/** @import { Values } from "./settings.js" */
/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/** Take effect at the next step; the others at the next start. */
const LIVE = ["optimizer", "learning_rate", "batch_size", "epochs", "augmentation"];

/**
 * @param {HTMLFormElement} form  its fields have the names of the hyperparameters
 * @param {object} events
 * @param {() => void} events.onChange  called after any change, if all values are valid
 * @param {(choices: Choices) => void} events.onLive  called when live ones have changed
 */
export function createForm(form, { onChange, onLive }) {
  const find = finder(form);
  const preset = find("[name=preset]", HTMLSelectElement);
  const advanced = find(".advanced", HTMLDetailsElement);
  const fields = /** @type {Field[]} */ (
    [...form.elements].filter((one) => "name" in one && one.name !== "" && one !== preset)
  );
  const defaults = values();
  let applied = /** @type {Choices | null} */ (null); // those of the current run

  /** @returns {Values} */
  function values() {
    return Object.fromEntries(fields.map(({ name, value }) => [name, value.trim()]));
  }

  /** @param {Field} field */
  const choiceOf = (field) =>
    field.type === "number" || field.dataset.number !== undefined
      ? Number(field.value)
      : field.value.trim();

  /** @param {Field[]} some */
  const choicesOf = (some) =>
    Object.fromEntries(some.map((field) => [field.name, choiceOf(field)]));

  form.addEventListener("change", ({ target }) => {
    const field = /** @type {Field} */ (target);
    if (field === preset) set(PRESETS[preset.value] ?? {});
    else refresh();
    if (form.checkValidity()) onChange();
    if (applied === null || !LIVE.includes(field.name)) return;
    if (field.reportValidity()) onLive(choicesOf([field]));
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  /** @param {Values} given */
  function set(given) {
    for (const field of fields) field.value = given[field.name] ?? field.value;
    refresh();
  }

  /** Show the preset of the values, and which fields wait for the next start. */
  function refresh() {
    preset.value = presetOf(values());
    const waiting = fields.filter(differs);
    const isOther = waiting.some(({ name }) => name in PRESETS.small);
    for (const field of [preset, ...fields]) {
      const waits = field === preset ? isOther : waiting.includes(field);
      const label = /** @type {HTMLElement} */ (field.closest("label"));
      finder(label)("small").textContent = waits ? words.NEXT_START : "";
    }
  }

  /** Whether the current run has another value. @param {Field} field */
  const differs = (field) => applied !== null && choiceOf(field) !== applied[field.name];

  /** What a field accepts, for messages. @param {Field} field */
  function expectedOf(field) {
    if (field instanceof HTMLSelectElement) {
      return [...field.options].map(({ value }) => value).join(", ");
    }
    return field.type === "number" ? `${field.min} – ${field.max}` : defaults[field.name];
  }

  return {
    /** All values; null if one is invalid, which is reported. @returns {Choices | null} */
    choices() {
      if (!form.checkValidity()) advanced.open = true; // to be able to show the message
      return form.reportValidity() ? choicesOf(fields) : null;
    },
    /** Sets those of the current run; null: no run. @param {Choices | null} choices */
    apply(choices) {
      if (choices === applied) return;
      applied = choices;
      refresh();
    },
    /** Whether training can go on from the network in use. @param {boolean} can */
    allowShown(can) {
      const start = find("[name=start]", HTMLSelectElement);
      const option = find("[value=shown]", HTMLOptionElement);
      option.disabled = option.hidden = !can;
      if (!can && start.value === "shown") start.value = "scratch";
    },
    /** @param {Choices} choices */
    fill: (choices) =>
      set(Object.fromEntries(Object.entries(choices).map(([name, one]) => [name, String(one)]))),
    /** The values for the address; null: the default ones. */
    text: () => formatSettings(values(), defaults),
    /**
     * Fills in the values of an address; null: the default ones. Shows those that are not in
     * sight. Throws BadSettings and changes nothing if one is not accepted.
     * @param {string | null} text
     */
    read(text) {
      const before = values();
      const given = text === null ? defaults : parseSettings(text, defaults);
      set(given);
      const bad = fields.find((field) => field.value === "" || !field.checkValidity());
      if (bad !== undefined) {
        set(before);
        throw new BadSettings(`${bad.name}:${given[bad.name]}`, expectedOf(bad));
      }
      const base = { ...defaults, ...PRESETS[preset.value], examples: given.examples };
      if (differing(given, base).length > 0) advanced.open = true;
    },
    /** Applies the live values to the current run, where they are valid and differ from its own. */
    applyLive() {
      const changed = fields.filter(
        (one) => LIVE.includes(one.name) && differs(one) && one.checkValidity(),
      );
      if (changed.length > 0) onLive(choicesOf(changed));
    },
  };
}
