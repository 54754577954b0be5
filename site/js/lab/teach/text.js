/** Texts of the Teach panel, with those of the lab. Pure. */

import * as say from "../../say/teach.js";
import { areDigits, NO_LABEL } from "../../text/labels.js";
import { fill, LOCALE, sentenceOf } from "../../text/page.js";
import { leftOver } from "../text.js";
import { LONGEST_LABEL, NEEDED } from "./lesson.js";

export { fileTooLarge } from "../../text/on-demand.js";
export * from "../../say/teach.js";
export * from "../text.js";

const points = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** @param {number} count */
const drawings = (count) =>
  count === 1 ? say.ONE_DRAWING : fill(say.DRAWINGS, { count });

/** @param {string} label  @param {readonly string[]} labels  of the network */
export const labelName = (label, labels) =>
  label === NO_LABEL ? (areDigits(labels) ? say.NOT_A_DIGIT : say.NONE_OF_THESE) : label;

/** @param {string} name  of the label  @param {boolean} kept  whether it is stored */
export const noted = (name, kept) =>
  fill(kept ? say.NOTED_SAVED : say.NOTED, { label: name });

/** What follows a drawing of a new symbol. @param {number} count  of its drawings */
export const nextOne = (count) =>
  fill(count < NEEDED ? say.NEXT_ONE : say.ENOUGH, { count, needed: NEEDED });

/** @param {number} count  of drawings of a symbol */
export const countOf = (count) => `${count}/${NEEDED}`;

export const aLabel = () => fill(say.A_LABEL, { most: LONGEST_LABEL });

/** @param {string} label  NO_LABEL for none */
const readAs = (label) => (label === NO_LABEL ? say.NONE : label);

/** @param {string} before  @param {string | null} after */
export const answersWords = (before, after) =>
  after === null || after === before
    ? fill(say.READ_AS, { label: readAs(before) })
    : `${readAs(before)} \u2192 ${readAs(after)}`;

/** A phrase with {drawings}. @param {string} phrase  @param {number} count */
export const withDrawings = (phrase, count) => fill(phrase, { drawings: drawings(count) });

/** @param {string[]} names  of files  @param {unknown} error */
export const notRead = (names, error) => `${names.join(", ")}: ${sentenceOf(error)}`;

/** @param {import("./fine-tune.js").Report} report  @param {number | null} secondsLeft */
export const progressWords = ({ step, steps }, secondsLeft) =>
  [
    fill(say.TUNING_STEP, { step, steps }),
    ...(secondsLeft === null ? [] : [leftOver(secondsLeft)]),
  ].join(" \u00b7 ");

/**
 * What will be forgotten, as a question.
 * @param {number} count  of drawings
 * @param {string[]} names  of kept networks
 */
export const forgetAsked = (count, names) =>
  fill(names.length === 0 ? say.FORGET_ASKED : say.FORGET_KEPT_ASKED, {
    drawings: drawings(count),
    names: names.join(", "),
  });

/** @param {import("./fine-tune.js").Report} report  @param {string} name  of the network */
export function doneWords({ step, drawings: count, after }, name) {
  const right = after?.right ?? 0;
  const all = count === 1 ? say.ONE_READ : say.ALL_READ;
  const phrase = right === count ? all : say.SOME_READ;
  return `${fill(phrase, { name, steps: step, right, count })} ${say.UNSAVED}`;
}

/** @param {number} cost  fraction of the validation digits  @param {number} count  of validation digits */
export const costWords = (cost, count) =>
  cost <= 0
    ? ""
    : fill(say.COST, {
        points: points.format(cost * 100),
        digits: Math.round(cost * count),
        count,
      });

/** @param {number} cost  @param {number} count */
export const costAsked = (cost, count) =>
  fill(say.COST_ASKED, { cost: costWords(cost, count) });

