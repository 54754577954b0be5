/** Texts of <digit-pad>, apart from the page's, so that the page does not load them. Pure. */

import * as say from "../say/pad.js";
import { fill, problemWords } from "../text/page.js";

export * from "../say/pad.js";
export { answerWords, penAt, penDownAt, PEN_UP, stageWords } from "../text/page.js";

/** @param {string} label  of the field  @param {boolean} required */
export const padName = (label, required) =>
  [label, say.PAD_PAPER, required ? say.PAD_REQUIRED : ""]
    .filter((part) => part !== "")
    .join(", ");

/** @param {string} digits  as in the attribute */
export const tooManyDigits = (digits) => fill(say.TOO_MANY_DIGITS, { digits });

/** @param {string} size  @param {number} least  @param {number} most */
export const badSize = (size, least, most) => fill(say.BAD_SIZE, { size, least, most });

/** @param {string} model */
export const noNetwork = (model) => fill(say.NO_NETWORK, { model });

/** @param {string} model  @param {string} origin */
export const foreignNetwork = (model, origin) =>
  fill(say.FOREIGN_NETWORK, { model, origin });

/** @param {string} files  origin of nnweb's files  @param {string} page  its origin */
export const foreignPage = (files, page) => fill(say.FOREIGN_PAGE, { files, page });

/** @param {unknown} error */
export function padProblem(error) {
  if (error instanceof Error && error.name === "ForeignPage") {
    return { title: say.NOT_SET_UP, text: `${error.message}.` };
  }
  return problemWords(error);
}
