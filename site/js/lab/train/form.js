// @ts-check
/** The levers of a training: a form whose values are its choices. Owns the form. */

import * as words from "../text.js";

/** @typedef {import("./session.js").Choices} Choices */
/** @typedef {HTMLInputElement | HTMLSelectElement} Lever */

/** What acts between two steps; the others wait for the next start. */
const LIVE = ["optimizer", "learning_rate", "batch_size", "epochs", "augmentation"];

/** Sets of levers that go well together, by the value in the list of presets. */
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
 * @param {HTMLFormElement} form  its fields are named as the choices are
 * @param {(choices: Choices) => Promise<void>} onLive  called with one that acts at once
 */
export function createLevers(form, onLive) {
  const preset = /** @type {HTMLSelectElement} */ (form.elements.namedItem("preset"));
  /** @type {Choices | null} */
  let inForce = null; // what the training that is there goes by

  const levers = () =>
    /** @type {Lever[]} */ ([...form.elements].filter((one) => "name" in one)).filter(
      ({ name }) => name !== "" && name !== "preset",
    );

  /** @param {Lever} lever */
  const valueOf = (lever) =>
    lever.type === "number" || lever.dataset.number !== undefined
      ? Number(lever.value)
      : lever.value.trim();

  preset.addEventListener("change", () => {
    for (const [name, value] of Object.entries(PRESETS[preset.value] ?? {})) {
      const lever = /** @type {Lever} */ (form.elements.namedItem(name));
      if (lever.value === String(value)) continue;
      lever.value = String(value);
      pulled(lever);
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target === preset) return;
    preset.value = ""; // "My own"
    pulled(/** @type {Lever} */ (target));
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  /** @param {Lever} lever */
  async function pulled(lever) {
    mark();
    if (inForce === null || !LIVE.includes(lever.name)) return;
    if (!lever.checkValidity()) {
      lever.reportValidity();
      return;
    }
    await onLive({ [lever.name]: valueOf(lever) });
  }

  /** Say of each lever that has to wait that it does. */
  function mark() {
    for (const lever of levers()) {
      const label = /** @type {HTMLElement} */ (lever.closest("label"));
      const waits =
        inForce !== null &&
        !LIVE.includes(lever.name) &&
        valueOf(lever) !== inForce[lever.name];
      const note = /** @type {HTMLElement} */ (label.querySelector("small"));
      note.textContent = waits ? words.NEXT_START : "";
    }
  }

  return {
    /** All of them, or null where one is no good, which is then told. @returns {Choices | null} */
    choices() {
      if (!form.reportValidity()) return null;
      return Object.fromEntries(levers().map((one) => [one.name, valueOf(one)]));
    },
    /** What a training goes by, or null where there is none. @param {Choices | null} choices */
    force(choices) {
      inForce = choices;
      mark();
    },
    /** Set them as a training has them. @param {Choices} choices */
    put(choices) {
      for (const lever of levers()) lever.value = String(choices[lever.name]);
      preset.value = "";
      mark();
    },
  };
}
