// @ts-check
/** Texts of the lazily loaded parts of the page. Pure. */

import * as say from "../say/later.js";
import { fill, reasonOf, whole } from "./page.js";

export * from "../say/later.js";
export { badDrawing, BLANK } from "./page.js";

/** @param {number} digit */
export const sampleName = (digit) => fill(say.SAMPLE, { digit });

/** @param {string} field  @param {unknown} got  @param {string} expected */
export function expectedInFile(field, got, expected) {
  const text = JSON.stringify(got) ?? say.NOTHING;
  const cut = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return fill(say.EXPECTED, { field, got: cut, expected });
}

/** @param {number} size  bytes  @param {number} limit  bytes */
export const fileTooLarge = (size, limit) =>
  fill(say.FILE_TOO_LARGE, { size: whole.format(size), limit: whole.format(limit) });

/** @param {number} width  @param {number} height */
export const tooWide = (width, height) =>
  fill(say.TOO_WIDE, { width: whole.format(width), height: whole.format(height) });

/** @param {number} at  @param {number} count  @param {number} label */
export const testDigit = (at, count, label) =>
  fill(say.TEST_DIGIT, {
    number: whole.format(at + 1),
    count: whole.format(count),
    label,
  });

/** @param {boolean} right  @param {number} good  recognized so far  @param {number} shown */
export const testResult = (right, good, shown) =>
  fill(right ? say.READ_RIGHT : say.READ_WRONG, { good, shown });

/** @param {unknown} error */
export const noTestset = (error) =>
  fill(say.NO_TESTSET, { reason: reasonOf(error) });

/** @param {unknown} error */
export const notSent = (error) =>
  fill(say.NOT_SENT, { reason: reasonOf(error) });

/** @param {string} kind  @param {unknown} error */
export const notSaved = (kind, error) =>
  fill(say.NOT_SAVED, { kind: kind.toUpperCase(), reason: reasonOf(error) });

/** @param {unknown} error */
export const badLink = (error) =>
  fill(say.BAD_LINK, { reason: reasonOf(error) });
