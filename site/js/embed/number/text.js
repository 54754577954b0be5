/** Texts of a <digit-pad> for numbers, in the place of those for one digit. Pure. */

import { fill, LOCALE } from "../../text/page.js";

export { readingWords } from "../../numbers/text.js";
export * from "../../say/numberpad.js";

const numbers = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 12 });

/** What is wrong with a value. @param {string} phrase  @param {Record<string, number>} values */
export function fault(phrase, values) {
  const shown = Object.entries(values).map(([name, value]) => [name, numbers.format(value)]);
  return fill(phrase, Object.fromEntries(shown));
}
