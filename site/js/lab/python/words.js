// @ts-check
/** All that the lab's Python says while it runs, in English. Pure. */

import { LOCALE, reasonOf, stageWords, whole } from "../../words.js";

export { reasonOf, stageWords };

/** @typedef {import("./desk.js").Call} Call */
/** @typedef {import("./desk.js").Shown} Shown */

/** What stands in the panel from the start. @type {Record<string, string>} */
export const ROOM = {
  lead:
    "The Python that answers your drawing, as it runs: read it, watch its numbers line " +
    "by line, change it and draw on. It is a Python of its own, so nothing that you do " +
    "here can break the page.",
  way: "What ran for your drawing",
  shown: "Its source",
  number: "Number",
  edit: "Edit it",
  apply: "Use it on the pad",
  ours: "Bring ours back",
  close: "Close the editor",
  editKeys:
    "Ctrl and Enter uses it on the pad. Tab indents; Escape, then Tab, leaves the editor.",
  console: "Console",
  help:
    "network, image and strokes are what is on the page now, np is NumPy, nnweb the " +
    "library. Change the network, and it answers the pad.",
  input: "Python to run",
  keys:
    "Enter runs it, Shift and Enter begins a new line, arrows bring back what you ran, " +
    "Tab completes a word; Escape, then Tab, leaves.",
  run: "Run",
  stop: "Stop",
  empty: "Empty the log",
  log: "What was run, and what came of it",
};

export const OURS_BACK = "Bring ours back";
export const BUSY = "Answered by ours: your Python is busy";
export const STARTING = "Getting all of Python\u2026";
export const DRAW_FIRST = "Draw a digit: this shows the Python that answers it.";
export const MADE_IT = "This line made the number: ";
export const NOT_ENDED = "It runs still. Stop ends it; names of yours are gone then.";
export const STOPPED =
  "Stopped: this Python was started anew. Your names are gone; the drawing, the network " +
  "and edits that worked are as they were.";
export const DIED =
  "This Python broke down and was started anew: names of yours are gone. The pad is " +
  "answered by ours.";
export const ALL_OURS = "All is as we made it.";
export const IN_USE = "It is in use: draw, and it answers.";
export const OURS_AGAIN = "Ours is in use again.";
export const STAYS = "This was not taken; what was in use before answers on.";
export const WENT_WRONG = "It went wrong with this drawing, so ours answers the pad again:";

/** @param {number} seconds */
export const endless = (seconds) =>
  `it did not come to an end within ${seconds} s, and this Python had to be started anew`;

/** @param {unknown} error */
export const notHere = (error) =>
  `This Python is not here: ${reasonOf(error)}. Draw on to try again; the pad is ` +
  "answered by the page's own.";

/** @param {string[]} changed  functions by name, and "network" */
export const changedWords = (changed) =>
  `Answered with your ${new Intl.ListFormat(LOCALE).format(changed)}`;

/** @param {number[]} shape */
const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");

/** The second line of an entry: what it gives, of one drawing. @param {Call} call */
export function callWords({ layer, shape, edited }) {
  const parts = [];
  if (layer > 0) parts.push(`layer ${layer}`);
  if (shape.length > 1) parts.push(`gives ${sizes(shape.slice(1))}`);
  if (edited) parts.push("yours");
  return parts.join(" \u00b7 ");
}

/** @param {Shown} shown */
export const whereWords = ({ file, first, edited }) =>
  edited ? "As you wrote it" : `${file}, from line ${first}`;

/** @param {string} name  of a function */
export const sourceOf = (name) => `Source of ${name}`;

/** @param {string} name */
export const calledBy = (name) => `called by ${name}`;
export const CALLS = "calls";

/** @param {string} name  @param {number[]} place  @param {number} value */
export const numberWords = (name, place, value) =>
  `${name} gives [${place.join(", ")}] = ${+value.toPrecision(6)}`;

/** @param {string} name */
export const yourText = (name) => `Your ${name}`;

/** @param {string[]} names */
export const suggested = (names) => names.join("  ");

/** @param {number} count  of characters */
export const notShown = (count) =>
  `\u2026 and ${whole.format(count)} characters more, which are not shown.`;

/** @param {number} loaded  @param {number} total  bytes */
export const wholeWords = (loaded, total) => stageWords("whole", loaded, total);
