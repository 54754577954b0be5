/** Texts of <digit-pad>, apart from the page's, so that the page does not load them. Pure. */

import { DEAD_WORKER_S, SLOW_WORKER_S } from "../boot/timeouts.js";
import * as say from "../say/pad.js";
import { areDigits } from "../text/labels.js";
import { fill, naming, problemWords, sentenceOf } from "../text/page.js";

export * from "../say/pad.js";
export {
  answerLabel,
  answerWords,
  fill,
  PEN_AT,
  PEN_DOWN_AT,
  PEN_UP,
  stageWords,
} from "../text/page.js";

/** The texts that differ for other labels than the ten digits. @param {readonly string[]} labels */
export const textsOf = (labels) => (areDigits(labels) ? {} : naming(say.OTHER, labels));

/** @param {string} label  of the field  @param {string} paper  @param {boolean} required */
export const padName = (label, paper, required) =>
  [label, paper, required ? say.PAD_REQUIRED : ""]
    .filter((part) => part !== "")
    .join(", ");

export const padSlow = () =>
  fill(say.PAD_SLOW, { seconds: SLOW_WORKER_S, end: DEAD_WORKER_S });

/** @param {unknown} error */
export function padProblem(error) {
  if (error instanceof Error && error.name === "ForeignPage") {
    return { title: say.NOT_SET_UP, text: sentenceOf(error) };
  }
  return problemWords(error);
}
