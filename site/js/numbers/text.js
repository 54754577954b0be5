/** Texts of the sheet for numbers. Pure. */

import { CERTAIN, fill, percent, SURE } from "../text/page.js";
import * as say from "../say/numbers.js";

export * from "../say/numbers.js";
export { fill, percent };

/** @import { Reading } from "../worker/protocol.js" */
/** @import { Shown, corrected } from "./reading.js" */

/** A character, for a screen reader. @param {string} text */
export const spoken = (text) => say.NAMES[text] ?? text;

/**
 * How sure the reading is, or why it is none.
 * @param {Pick<Reading, "characters" | "accepted" | "place" | "confidence">} reading
 */
export function readingWords({ characters, accepted, place, confidence }) {
  if (characters.length === 0) return say.CROSSED_OUT;
  if (!accepted) return fill(say.NO_NUMBER, { place: place + 1 });
  if (confidence >= 0.995) return CERTAIN;
  return fill(SURE, { share: percent(confidence) });
}

/** The same of a reading that may be corrected. @param {ReturnType<typeof corrected>} reading */
export function correctedWords(reading) {
  const sure = readingWords(reading);
  const isByHand = reading.accepted && reading.characters.some(({ isFixed }) => isFixed);
  return isByHand ? fill(say.BY_HAND, { sure }) : sure;
}

/** @param {Shown} character  @param {number} index */
export function characterWords({ text, probabilities, isFixed }, index) {
  const which = { character: spoken(text), place: index + 1 };
  if (isFixed) return fill(say.CORRECTED, which);
  return fill(say.CHARACTER, { ...which, share: percent(probabilities[text] ?? 0) });
}
