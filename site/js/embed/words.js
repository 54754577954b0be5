// @ts-check
/**
 * What only a <digit-pad> says, in English: apart from words.js, so that the page, which
 * has none, does not load it. Pure.
 */

import { problemWords } from "../words.js";

export const PAD = "Drawn digit";
export const PAD_HINT = "Draw a digit";
export const PAD_KEYS =
  "Arrow keys move the pen, Space puts it down and up, Delete clears.";
export const UNDO = "Undo";
export const CLEAR = "Clear";
export const RETRY = "Retry";

/** @param {string} label  of the field  @param {boolean} required */
export const padName = (label, required) =>
  [label, "Paper to draw one digit on", required ? "required" : ""]
    .filter((part) => part !== "")
    .join(", ");

// said by the form that it is a field of
export const PAD_MISSING = "Draw a digit.";
export const PAD_READING = "Your digit is still being read: try again in a moment.";
export const PAD_NO_DIGIT = "This does not look like a digit: clear it and draw again.";
export const PAD_UNREAD = "Your digit could not be read: see the message below it.";

/** @param {string} digits  as in the attribute */
export const tooManyDigits = (digits) =>
  `digits="${digits}": expected "1". For a number of several digits, put several ` +
  "pads side by side.";

/** @param {string} size  @param {number} least  @param {number} most */
export const badSize = (size, least, most) =>
  `size="${size}": expected a number of pixels from ${least} to ${most}`;

/** @param {string} model */
export const noNetwork = (model) =>
  `model="${model}": this is neither the name of a shipped network nor a URL`;

/** @param {string} model  @param {string} origin */
export const foreignNetwork = (model, origin) =>
  `model="${model}": it lies on another site, expected a file on ${origin}`;

/** @param {string} files  where they come from  @param {string} page */
export const foreignPage = (files, page) =>
  `digit-pad.js was loaded from ${files} into a page of ${page}; browsers start a ` +
  "worker only from the page's own site. Copy the built folder there, and import it " +
  "from there";

/** @param {unknown} error */
export function padProblem(error) {
  if (error instanceof Error && error.name === "ForeignPage") {
    return { title: "This pad is not set up well", text: `${error.message}.` };
  }
  return problemWords(error);
}
