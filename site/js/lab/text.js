// @ts-check
/** Texts of the lab, with those of the page. Pure. */

import * as say from "../say/lab.js";
import { fill, LOCALE, reasonOf, short, whole } from "../text/page.js";

export * from "../say/lab.js";
export * from "../text/page.js";

/** @param {unknown} error */
export const panelNotLoaded = (error) =>
  fill(say.PANEL_NOT_LOADED, { reason: reasonOf(error) });

/** @param {unknown} error */
export const notStored = (error) =>
  fill(say.NOT_STORED, { reason: reasonOf(error) });

// --- Train

const precise = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
});

/** @param {number} loss  in nats */
export const lossWords = (loss) => precise.format(loss);

/** Labels of the charts. */
export const CHART_WORDS = {
  training: say.CHART.training,
  validation: say.CHART.validation,
  axis: say.CHART.axis,
};

/** @typedef {import("./train/session.js").About} About */
/** @typedef {import("./train/session.js").Progress} TrainingProgress */

/** The first button's text. @param {import("./train/session.js").State} state */
export const startWords = (state) =>
  ({ idle: say.START, loading: say.START, running: say.PAUSE, paused: say.RESUME })[
    /** @type {string} */ (state)
  ] ?? say.START_OVER;

/**
 * @param {import("./train/session.js").State} state
 * @param {TrainingProgress | null} progress
 */
export function stateWords(state, progress) {
  const last = progress?.rows.at(-1);
  if (state === "loading") return say.GETTING;
  if (state === "running") return say.TRAINING;
  if (state === "paused") return say.PAUSED;
  if (state === "idle") return "";
  if (last === undefined) return say.ENDED;
  return fill(say.ENDED_AT, { share: tenths.format(last[2]) });
}

/** @param {number} loaded  @param {number} total */
export const digitsWords = (loaded, total) =>
  total === 0
    ? say.SECOND_PYTHON
    : fill(say.DIGITS, { loaded: whole.format(loaded), total: whole.format(total) });

/** @param {About} about  @param {TrainingProgress} progress */
export function progressWords({ architecture, parameters }, progress) {
  const { done, epochs, step, rows, examples_per_second, seconds_left } = progress;
  const parts = [
    fill(say.OF_NETWORK, { architecture, parameters: whole.format(parameters) }),
    fill(say.EPOCH, { done: precise.format(done), epochs: whole.format(epochs) }),
    fill(say.STEP, { step: whole.format(step) }),
  ];
  if (examples_per_second > 0) {
    const count = whole.format(Math.round(examples_per_second));
    parts.push(fill(say.SPEED, { count }));
  }
  if (seconds_left !== undefined && seconds_left > 0) parts.push(leftOver(seconds_left));
  const last = rows.at(-1);
  if (last !== undefined) {
    parts.push(fill(say.VALIDATED, { share: tenths.format(last[2]) }));
  }
  return parts.join(" · ");
}

/** @param {number} seconds */
function leftOver(seconds) {
  const few = seconds < 100;
  const count = whole.format(Math.ceil(few ? seconds : seconds / 60));
  return fill(few ? say.SECONDS_LEFT : say.MINUTES_LEFT, { count });
}

/** @param {import("./train/session.js").Saved} saved */
export const leftWords = ({ about, done, when }) =>
  fill(say.LEFT, {
    architecture: about.architecture,
    done: precise.format(done),
    epochs: about.choices.epochs,
    when: new Date(when).toLocaleString(LOCALE),
  });

/** @param {unknown} error */
export function trainingProblem(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "WorkerDeath") {
    return fill(say.PYTHON_STOPPED, { reason: reasonOf(error) });
  }
  return `${reasonOf(error)}.`;
}

// --- Networks

/** @param {string} name  of a saved network */
export const keptName = (name) => fill(say.KEPT_NAME, { name });

/** @param {string} name */
export const nowKept = (name) => fill(say.NOW_KEPT, { name });

/** @param {string} name */
export const imported = (name) => fill(say.IMPORTED, { name });

/** @param {string} name  @param {unknown} error */
export const notImported = (name, error) =>
  fill(say.NOT_IMPORTED, { name, reason: reasonOf(error) });

/** @param {string} file */
export const exported = (file) => fill(say.EXPORTED, { file });

/** @param {unknown} error */
export const notExported = (error) =>
  fill(say.NOT_EXPORTED, { reason: reasonOf(error) });

/** @param {unknown} error */
export const notCompared = (error) =>
  fill(say.NOT_COMPARED, { reason: reasonOf(error) });

/** @param {string} name */
export const deleted = (name) => fill(say.DELETED, { name });

/** @param {string} name */
export const overwriteAsked = (name) => fill(say.OVERWRITE_ASKED, { name });

/** @param {string} name */
export const deleteAsked = (name) => fill(say.DELETE_ASKED, { name });

/** A button's accessible name. @param {string} verb  @param {string} name */
export const aboutIt = (verb, name) => fill(say.ABOUT_IT, { verb, name });

/** @param {string} about  @param {number} bytes  @param {number} when  Date.now() */
export const keptWords = (about, bytes, when) =>
  fill(say.KEPT_WORDS, {
    about,
    size: short.format(bytes / 1e6),
    when: new Date(when).toLocaleDateString(LOCALE),
  });

// --- Inside

const four = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });

/** @param {number} value */
export const number = (value) => four.format(value === 0 ? 0 : value); // no "-0"

/** @param {unknown} error */
export const notLookedInto = (error) =>
  fill(say.NOT_LOOKED_INTO, { reason: reasonOf(error) });

/** @param {number[]} shape */
const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");

/** @param {string} name  @param {number[]} shape  @param {number} learned */
export const layerTitle = (name, shape, learned) =>
  fill(learned === 0 ? say.LAYER_TITLE : say.LAYER_LEARNED, {
    name,
    sizes: sizes(shape),
    count: whole.format(learned),
  });

/** @param {number} place  @param {string} name  @param {number[]} shape */
export const layerWords = (place, name, shape) =>
  fill(say.LAYER, { place, name, sizes: sizes(shape) });

/**
 * @param {import("./inspect/protocol.js").Unit} unit
 * @param {string} name
 * @param {number} at
 */
export function unitWords({ kind, value, bias, count, terms, rest }, name, at) {
  const which = { name, at: whole.format(at), value: number(value) };
  if (kind === "each") return fill(say.EACH, { ...which, input: number(terms[0].input) });
  if (kind === "greatest") return fill(say.GREATEST, { ...which, count });
  const sum = terms.reduce((total, { product }) => total + product, rest);
  return fill(say.SUM, {
    ...which,
    count: whole.format(count),
    sum: number(sum),
    bias: number(bias),
  });
}

/** @param {number} count */
export const otherInputs = (count) => fill(say.OTHERS, { count: whole.format(count) });

/** @param {number} shown  @param {number} all  @param {number} rows  @param {number} columns */
export const learnedWords = (shown, all, rows, columns) =>
  fill(shown === all ? say.LEARNED : say.LEARNED_FIRST, {
    shown,
    count: whole.format(all),
    rows,
    columns,
  });

/** @param {string} label */
export const speaksFor = (label) => fill(say.SPEAKS_FOR, { label });

/** @param {import("./inspect/protocol.js").Change} change  @param {string} label */
export const changeWords = ({ found, size }, label) =>
  found
    ? fill(say.CHANGED, { label, size: number(size) })
    : say.NOT_CHANGED;

/** @param {string} label  @param {number} probability */
export const variedWords = (label, probability) =>
  fill(say.VARIED, { label, share: number(probability * 100) });

/** @param {number} count */
export const digitsHere = (count) =>
  fill(say.DIGITS_HERE, { count: whole.format(count) });

/** @param {number} label  @param {number} at */
export const digitNumber = (label, at) =>
  fill(say.DIGIT_NUMBER, { at: whole.format(at), label });

/** @param {number} label  @param {number} distance */
export const neighbourWords = (label, distance) =>
  fill(say.NEIGHBOUR, { label, distance: number(distance) });

