/** Texts of the lazily loaded parts of the page. Pure. */

import * as say from "../say/later.js";
import { fill } from "./page.js";

export * from "../say/later.js";
export { badDrawing, because, BLANK, fill, reasonOf } from "./page.js";

/** @param {string} field  @param {unknown} got  @param {string} expected */
export function expectedInFile(field, got, expected) {
  const text = JSON.stringify(got) ?? say.NOTHING;
  const cut = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return fill(say.EXPECTED, { field, got: cut, expected });
}

/** @param {number} size  bytes  @param {number} limit  bytes */
export const fileTooLarge = (size, limit) => fill(say.FILE_TOO_LARGE, { size, limit });

/** @param {number} at  @param {number} count  @param {number} label */
export const testDigit = (at, count, label) =>
  fill(say.TEST_DIGIT, { number: at + 1, count, label });

/** @param {boolean} right  @param {number} good  recognized so far  @param {number} shown */
export const testResult = (right, good, shown) =>
  fill(right ? say.READ_RIGHT : say.READ_WRONG, { good, shown });

