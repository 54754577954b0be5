/** The form of hyperparameters. Owns .hyperparameters. */

import * as words from "../text.js";

/** @import { Choices } from "./session.js" */
/** @typedef {HTMLInputElement | HTMLSelectElement} Field */

/** Take effect at the next step; the others at the next start. */
const LIVE = ["optimizer", "learning_rate", "batch_size", "epochs", "augmentation"];

/** Hyperparameters by the value of the preset. */
const PRESETS = /** @type {Record<string, Choices>} */ ({
  small: { layers: "784-128-10", optimizer: "adam", learning_rate: 0.001 },
  deep: { layers: "784-500-300-100-10", optimizer: "adam", learning_rate: 0.001 },
  cnn: {
    layers: "1x28x28-conv3x8-pool2-conv3x16-pool2-64-10",
    optimizer: "adam",
    learning_rate: 0.002,
  },
  plain: { layers: "784-30-10", optimizer: "sgd", learning_rate: 0.5 },
});

/**
 * @param {HTMLFormElement} form  its fields have the names of the hyperparameters
 * @param {(choices: Choices) => Promise<void>} onLive  called when a live one has changed
 */
export function createForm(form, onLive) {
  const preset = /** @type {HTMLSelectElement} */ (form.elements.namedItem("preset"));
  let applied = /** @type {Choices | null} */ (null); // those of the current run

  const fields = () =>
    /** @type {Field[]} */ ([...form.elements].filter((one) => "name" in one)).filter(
      ({ name }) => name !== "" && name !== "preset",
    );

  /** @param {Field} field */
  const valueOf = (field) =>
    field.type === "number" || field.dataset.number !== undefined
      ? Number(field.value)
      : field.value.trim();

  preset.addEventListener("change", () => {
    for (const [name, value] of Object.entries(PRESETS[preset.value] ?? {})) {
      const field = /** @type {Field} */ (form.elements.namedItem(name));
      if (field.value === String(value)) continue;
      field.value = String(value);
      changed(field);
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target === preset) return;
    preset.value = ""; // "My own"
    changed(/** @type {Field} */ (target));
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  /** @param {Field} field */
  async function changed(field) {
    markWaiting();
    if (applied === null || !LIVE.includes(field.name)) return;
    if (!field.checkValidity()) {
      field.reportValidity();
      return;
    }
    await onLive({ [field.name]: valueOf(field) });
  }

  /** Marks the fields that take effect at the next start only. */
  function markWaiting() {
    for (const field of fields()) {
      const label = /** @type {HTMLElement} */ (field.closest("label"));
      const waits =
        applied !== null &&
        !LIVE.includes(field.name) &&
        valueOf(field) !== applied[field.name];
      const note = /** @type {HTMLElement} */ (label.querySelector("small"));
      note.textContent = waits ? words.NEXT_START : "";
    }
  }

  return {
    /** All values; null if one is invalid, which is reported. @returns {Choices | null} */
    choices() {
      if (!form.reportValidity()) return null;
      return Object.fromEntries(fields().map((one) => [one.name, valueOf(one)]));
    },
    /** Sets those of the current run; null: no run. @param {Choices | null} choices */
    apply(choices) {
      applied = choices;
      markWaiting();
    },
    /** Whether training can go on from the network in use. @param {boolean} can */
    allowShown(can) {
      const start = /** @type {HTMLSelectElement} */ (form.elements.namedItem("start"));
      const option = /** @type {HTMLOptionElement} */ (start.querySelector("[value=shown]"));
      option.disabled = option.hidden = !can;
      if (!can && start.value === "shown") start.value = "scratch";
    },
    /** @param {Choices} choices */
    fill(choices) {
      for (const field of fields()) field.value = String(choices[field.name]);
      preset.value = "";
      markWaiting();
    },
  };
}
