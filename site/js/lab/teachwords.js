// @ts-check
/** All that teaching says while it runs, in English; the lab's other words with it. Pure. */

import { LOCALE, reasonOf, whole } from "../words.js";

export * from "./words.js";

const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const points = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** @param {number} count */
const drawings = (count) => (count === 1 ? "1 drawing" : `${whole.format(count)} drawings`);

/** What stands in the panel from the start. @type {Record<string, string>} */
export const TEACH = {
  lead:
    "Was a digit of yours read wrong? Say what it was, and let the network learn it: a few " +
    "steps on your drawings, mixed with MNIST's so that it does not forget those. Your " +
    "drawings stay in this browser, on this device, and nowhere else.",
  own: "Your drawings",
  paper: "What is on the paper is a",
  album: "Your drawings, and what each is",
  import: "Import\u2026",
  json: "Export strokes",
  csv: "Export CSV",
  images: "Export IDX images",
  labels: "Export IDX labels",
  all: "Delete all",
  lesson: "The lesson",
  manner: "How it is taught",
  careful: "With care: as few steps as will do",
  hard: "Hard: more steps, and nothing holds it back",
  teach: "Teach the network in use",
  stop: "Stop",
  reset: "Back to how it was",
  progress: "Lesson",
  marks: "What the network reads right",
  before: "before",
  after: "after",
  right: "Your drawings",
  accuracy: "MNIST's validation digits",
  refused: "of these, taken for no digit",
  keepAs: "Use it, and keep it as",
  keep: "Use and keep",
};

export const NO_DRAWINGS =
  "None yet. Draw a digit and say below the answer what it was, or say it here.";
export const PAPER_BLANK = "The paper is blank: draw a digit first.";
export const UNDO = "Undo";
export const STARTING = "Getting a second Python and some of MNIST\u2019s digits\u2026";
export const DELETE_THIS = "Delete";
export const NO_IT_WAS = "No, it was a";
export const TEACH_IT = "Teach it\u2026";
export const A_DIGIT = "a digit, 0 to 9";
export const A_BYTE = "it has what is no whole number from 0 to 255";
export const NO_INK = "there is no ink in it";
export const NOTHING_IN_IT = "there are no drawings in it";
export const DAMAGED_GZIP = "it is damaged: it cannot be unpacked";
export const IDX_PAIR =
  "choose the two files of an IDX pair together, one of images and one of labels";
export const IDX_KIND = "an IDX file of unsigned bytes was expected";

/** In the menu below the answer. @param {number} digit */
export const itWas = (digit) => `It was a ${digit}`;

/** @param {string} label  @param {boolean} kept  beyond this visit */
export const noted = (label, kept) =>
  kept
    ? `Kept as a ${label}, on this device only.`
    : `Noted as a ${label}, until this page is closed.`;

/** @param {unknown} error */
export const onlyForNow = (error) =>
  `This browser keeps nothing for this page: ${reasonOf(error)}. All works, but your ` +
  "drawings are gone when the page is closed. Export them, to have them again.";

/** @param {unknown} error */
export const usedForNow = (error) =>
  `It is used now, but not kept: ${reasonOf(error)}. It is gone when the page is closed.`;

/** @param {number} place  from 1  @param {string} label */
export const drawingName = (place, label) => `Drawing ${place}, a ${label}`;

/** @param {number} place */
export const whatItIs = (place) => `What drawing ${place} is`;

/** @param {string} label  that the network sees, "" for none */
const readAs = (label) => (label === "" ? "none" : label);

/** @param {string} before  @param {string | null} after */
export const answersWords = (before, after) =>
  after === null || after === before
    ? `read as ${readAs(before)}`
    : `${readAs(before)} \u2192 ${readAs(after)}`;

/** @param {number} count */
export const deletedWords = (count) => `${drawings(count)} deleted.`;

/** @param {number} count */
export const deleteAllAsked = (count) => `Delete ${drawings(count)} from this device?`;

/** @param {number} count */
export const importedWords = (count) => `${drawings(count)} more.`;

/** @param {string[]} names  of files  @param {unknown} error */
export const notRead = (names, error) => `${names.join(", ")}: ${reasonOf(error)}.`;

/** @param {number} count  of files */
export const oneFile = (count) =>
  `${count} files, expected one of strokes or CSV, or the two of an IDX pair`;

/** @param {number} place  from 1  @param {string} problem */
export const inDrawing = (place, problem) => `drawing ${whole.format(place)}: ${problem}`;

/** @param {number} line  from 1  @param {string} problem */
export const inLine = (line, problem) => `line ${whole.format(line)}: ${problem}`;

/** @param {number} count  @param {number} expected */
export const cells = (count, expected) =>
  `${whole.format(count)} values, expected ${expected}, a label and 28 \u00d7 28 pixels`;

/** @param {string} label */
export const badLabel = (label) => `its label is ${label}, expected ${A_DIGIT}`;

/** @param {number} rows  @param {number} columns */
export const sides = (rows, columns) =>
  `images of ${rows} \u00d7 ${columns}, expected 28 \u00d7 28`;

/** @param {number} images  @param {number} labels */
export const unequal = (images, labels) =>
  `${whole.format(images)} images and ${whole.format(labels)} labels, expected as many`;

/** @param {number} length  @param {number} expected */
export const idxLength = (length, expected) =>
  `an IDX file of ${whole.format(length)} bytes, its head says ${whole.format(expected)}`;

/** @param {number} count  @param {number} most */
export const tooMany = (count, most) =>
  `${whole.format(count)} drawings, there is room for ${whole.format(most)} more`;

/** @param {import("./lesson.js").Report} report */
export const stepWords = ({ step, steps }) =>
  `Step ${whole.format(step)} of ${whole.format(steps)} at most`;

/** @param {import("./lesson.js").Report} report  @param {string} name  of the network */
export function doneWords({ step, drawings: count, after }, name) {
  const right = after?.right ?? 0;
  const all = right === count ? (count === 1 ? "it is read" : "all are read") : "";
  const some = all === "" ? `${right} of ${count} are read` : all;
  return `${name}, ${whole.format(step)} steps: ${some} as you say.`;
}

/** @param {number} right  @param {number} count */
export const rightWords = (right, count) =>
  `${whole.format(right)} of ${whole.format(count)}`;

/** @param {number} part  of 1 */
export const share = (part) => tenths.format(part);

/** @param {number} cost  share of the validation digits */
const lost = (cost) => `${points.format(cost * 100)} points`;

/** @param {number} cost  @param {number} count  of validation digits */
export const costWords = (cost, count) =>
  cost <= 0
    ? ""
    : `It costs ${lost(cost)}: ${whole.format(Math.round(cost * count))} of ` +
      `${whole.format(count)} validation digits.`;

/** @param {number} cost  @param {number} count */
export const costAsked = (cost, count) =>
  `${costWords(cost, count)} That is more than a few drawings should cost. Keep it?`;

export const NOT_KEPT = "Not kept. Try it with care, or look whether all labels are right.";

/** @param {string} name */
export const taughtAs = (name) => `${name} is kept, and in use now.`;

export const BACK = "The network is as it was.";

/** @param {string} name  of the network */
export const usedTaught = (name) => `${name}, taught here`;

/** @param {unknown} error */
export const notTaught = (error) => `The lesson broke off: ${reasonOf(error)}.`;
