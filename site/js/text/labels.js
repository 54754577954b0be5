/** The labels of a network: what it tells apart. Texts and controls depend on them. Pure. */

export const DIGITS = [..."0123456789"];

/** The label of a drawing that shows none of a network's labels. */
export const NO_LABEL = "";

/** Characters of a list of labels in a sentence. */
const LONGEST = 40;

/** Whether labels are the ten digits, as numbers and MNIST need. @param {readonly string[]} labels */
export const areDigits = (labels) => haveSame(labels, DIGITS);

/** Whether they begin with the ten digits; own symbols may follow. @param {readonly string[]} labels */
export const haveDigits = (labels) => areDigits(labels.slice(0, DIGITS.length));

/** @param {readonly string[]} some  @param {readonly string[]} others */
export const haveSame = (some, others) =>
  some.length === others.length && some.every((label, i) => label === others[i]);

/**
 * All labels for a sentence: "a–e", "+ - x /", "cat, dog, …".
 * @param {readonly string[]} labels
 */
export function rangeOf(labels) {
  const codes = labels.map((label) => ([...label].length === 1 ? label.codePointAt(0) : NaN));
  const isRun = codes.every((code, i) => i === 0 || code === Number(codes[i - 1]) + 1);
  if (isRun && labels.length > 2) return `${labels[0]}–${labels.at(-1)}`;
  const separator = codes.some(Number.isNaN) ? ", " : " ";
  const all = labels.join(separator);
  if (all.length <= LONGEST) return all;
  const fitting = all.slice(0, LONGEST);
  const end = fitting.lastIndexOf(separator);
  return `${fitting.slice(0, end < 0 ? LONGEST : end)}${separator}…`;
}
