/**
 * The settings of a training as text for the address: preset:cnn,examples:1000. Pure.
 *
 * A preset stands for several hyperparameters; what has its default value is left out.
 */

/** Hyperparameters by name, as the form has them. @typedef {Record<string, string>} Values */

/** Hyperparameters by the value of the preset. @type {Record<string, Values>} */
export const PRESETS = {
  small: { layers: "784-128-10", optimizer: "adam", learning_rate: "0.001" },
  deep: { layers: "784-500-300-100-10", optimizer: "adam", learning_rate: "0.001" },
  cnn: {
    layers: "1x28x28-conv3x8-pool2-conv3x16-pool2-64-10",
    optimizer: "adam",
    learning_rate: "0.002",
  },
  plain: { layers: "784-30-10", optimizer: "sgd", learning_rate: "0.5" },
};

/** Limit for what a message quotes, in characters. */
const LONGEST_QUOTE = 60;

/** The settings of a link are not accepted. */
export class BadSettings extends Error {
  name = "BadSettings";

  /** @param {string} got  @param {string} expected */
  constructor(got, expected) {
    super(`got ${got}, expected ${expected}`);
    this.got = got.slice(0, LONGEST_QUOTE);
    this.expected = expected;
  }
}

/** The names of those that differ. @param {Values} values  @param {Values} base */
export const differing = (values, base) =>
  Object.keys(base).filter((name) => values[name] !== base[name]);

/** The preset with these values, "" if there is none. @param {Values} values */
export const presetOf = (values) =>
  Object.keys(PRESETS).find((name) => differing(values, PRESETS[name]).length === 0) ?? "";

/**
 * @param {Values} values
 * @param {Values} defaults
 * @returns {string | null}  null: all have their default
 */
export function formatSettings(values, defaults) {
  const preset = presetOf(values);
  const base = { ...defaults, ...PRESETS[preset] };
  const parts = differing(values, base).map((name) => `${name}:${values[name]}`);
  if (preset !== presetOf(defaults) && preset !== "") parts.unshift(`preset:${preset}`);
  return parts.length === 0 ? null : parts.join(",");
}

/**
 * @param {string} text
 * @param {Values} defaults
 * @returns {Values}  of unknown value, but of known names
 * @throws {BadSettings}
 */
export function parseSettings(text, defaults) {
  const given = /** @type {Values} */ ({});
  const names = ["preset", ...Object.keys(defaults)];
  for (const part of text.split(",")) {
    const [, name, value] = /^(\w+):(.+)$/.exec(part) ?? [];
    if (!names.includes(name)) throw new BadSettings(part, names.join(", "));
    given[name] = value;
  }
  const { preset = presetOf(defaults), ...values } = given;
  if (!Object.hasOwn(PRESETS, preset)) {
    throw new BadSettings(`preset:${preset}`, Object.keys(PRESETS).join(", "));
  }
  return { ...defaults, ...PRESETS[preset], ...values };
}
