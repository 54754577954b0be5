// @ts-check
/** Texts of the Teach panel, with those of the lab. Pure. */

import * as say from "../../say/teach.js";
import { fill, LOCALE, reasonOf, whole } from "../../text/page.js";

export { fileTooLarge } from "../../text/on-demand.js";
export * from "../../say/teach.js";
export * from "../text.js";

const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const points = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** @param {number} count */
const drawings = (count) => 
  count === 1 ? say.ONE_DRAWING : fill(say.DRAWINGS, { count: whole.format(count) });

/** @param {number} digit */
export const itWas = (digit) => fill(say.IT_WAS, { digit });

/** @param {string} label  @param {boolean} kept  whether it is stored */
export const noted = (label, kept) =>
  fill(kept ? say.NOTED_KEPT : say.NOTED, { label });

/** @param {unknown} error */
export const onlyForNow = (error) =>
  fill(say.ONLY_FOR_NOW, { reason: reasonOf(error) });

/** @param {unknown} error */
export const usedForNow = (error) =>
  fill(say.USED_FOR_NOW, { reason: reasonOf(error) });

/** @param {number} place  from 1  @param {string} label */
export const drawingName = (place, label) => fill(say.DRAWING_NAME, { place, label });

/** @param {number} place */
export const whatItIs = (place) => fill(say.WHAT_IT_IS, { place });

/** @param {string} label  "" for none */
const readAs = (label) => (label === "" ? say.NONE : label);

/** @param {string} before  @param {string | null} after */
export const answersWords = (before, after) =>
  after === null || after === before
    ? fill(say.READ_AS, { label: readAs(before) })
    : `${readAs(before)} \u2192 ${readAs(after)}`;

/** @param {number} count */
export const deletedWords = (count) =>
  fill(say.DELETED_DRAWINGS, { drawings: drawings(count) });

/** @param {number} count */
export const deleteAllAsked = (count) =>
  fill(say.DELETE_ALL_ASKED, { drawings: drawings(count) });

/** @param {number} count */
export const importedWords = (count) =>
  fill(say.MORE, { drawings: drawings(count) });

/** @param {unknown} error */
export const notAdded = (error) => `${reasonOf(error)}.`;

/** @param {string[]} names  of files  @param {unknown} error */
export const notRead = (names, error) => `${names.join(", ")}: ${reasonOf(error)}.`;

/** @param {number} count  of files */
export const oneFile = (count) => fill(say.ONE_FILE, { count });

/** @param {number} place  from 1  @param {string} problem */
export const inDrawing = (place, problem) =>
  fill(say.IN_DRAWING, { place: whole.format(place), problem });

/** @param {number} line  from 1  @param {string} problem */
export const inLine = (line, problem) =>
  fill(say.IN_LINE, { line: whole.format(line), problem });

/** @param {number} count  @param {number} expected */
export const cells = (count, expected) =>
  fill(say.CELLS, { count: whole.format(count), expected });

/** @param {string} label */
export const badLabel = (label) =>
  fill(say.BAD_LABEL, { label, wanted: say.A_DIGIT });

/** @param {number} rows  @param {number} columns */
export const sides = (rows, columns) => fill(say.SIDES, { rows, columns });

/** @param {number} images  @param {number} labels */
export const unequal = (images, labels) =>
  fill(say.UNEQUAL, { images: whole.format(images), labels: whole.format(labels) });

/** @param {number} length  @param {number} expected */
export const idxLength = (length, expected) =>
  fill(say.IDX_LENGTH, {
    length: whole.format(length),
    expected: whole.format(expected),
  });

/** @param {number} count  @param {number} most */
export const tooMany = (count, most) =>
  fill(say.TOO_MANY, { count: whole.format(count), most: whole.format(most) });

/** @param {import("./fine-tune.js").Report} report */
export const stepWords = ({ step, steps }) =>
  fill(say.LESSON_STEP, { step: whole.format(step), steps: whole.format(steps) });

/** @param {import("./fine-tune.js").Report} report  @param {string} name  of the network */
export function doneWords({ step, drawings: count, after }, name) {
  const right = after?.right ?? 0;
  const all = count === 1 ? say.ONE_READ : say.ALL_READ;
  const phrase = right === count ? all : say.SOME_READ;
  return fill(phrase, { name, steps: whole.format(step), right, count });
}

/** @param {number} right  @param {number} count */
export const rightWords = (right, count) =>
  fill(say.RIGHT, { right: whole.format(right), count: whole.format(count) });

/** @param {number} part  0 to 1 */
export const share = (part) => tenths.format(part);

/** @param {number} cost  fraction of the validation digits  @param {number} count  of validation digits */
export const costWords = (cost, count) =>
  cost <= 0
    ? ""
    : fill(say.COST, {
        points: points.format(cost * 100),
        digits: whole.format(Math.round(cost * count)),
        count: whole.format(count),
      });

/** @param {number} cost  @param {number} count */
export const costAsked = (cost, count) =>
  fill(say.COST_ASKED, { cost: costWords(cost, count) });

/** @param {string} name */
export const taughtAs = (name) => fill(say.TAUGHT_AS, { name });

/** @param {string} name  of the network */
export const usedTaught = (name) => fill(say.USED_TAUGHT, { name });

/** @param {unknown} error */
export const notTaught = (error) =>
  fill(say.NOT_TAUGHT, { reason: reasonOf(error) });
