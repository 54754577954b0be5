// @ts-check
/** All that the lab says while it runs, in English; the page's own words with it. Pure. */

import { LOCALE, reasonOf, short, whole } from "../words.js";

export * from "../words.js";

/** @param {unknown} error */
export const panelNotLoaded = (error) =>
  `This part of the lab did not come: ${reasonOf(error)}. Choose it once more, or load ` +
  "the page again.";

/** @param {unknown} error */
export const notStored = (error) =>
  `This browser keeps nothing for this page: ${reasonOf(error)}. A private window may ` +
  "be the reason, or a full disk.";

// --- lab: train

export const NEXT_START = "at the next start";
export const IN_TRAINING = "in training";
export const NOT_TRAINED = "the training is gone; start another";
export const ANEW_ASKED =
  "The network that was trained here will be gone, for it was not kept. Go on?";
export const CHART = { training: "training", validation: "validation", axis: "epoch" };

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

/** @typedef {import("./training.js").About} About */
/** @typedef {import("./training.js").Progress} TrainingProgress */

/** What the first button does next. @param {import("./training.js").State} state */
export const startWords = (state) =>
  ({ idle: "Start", loading: "Start", running: "Pause", paused: "Go on" })[
    /** @type {string} */ (state)
  ] ?? "Start anew";

/**
 * @param {import("./training.js").State} state
 * @param {TrainingProgress | null} progress
 */
export function stateWords(state, progress) {
  const last = progress?.rows.at(-1);
  if (state === "loading") return "Getting the digits";
  if (state === "running") return "Training";
  if (state === "paused") return "Paused";
  if (state === "idle") return "";
  if (last === undefined) return "Stopped";
  return `Stopped: ${tenths.format(last[2])} of the validation digits are right`;
}

/** @param {number} loaded  @param {number} total */
export const digitsWords = (loaded, total) =>
  total === 0
    ? "Starting a second Python"
    : `${whole.format(loaded)} of ${whole.format(total)} digits`;

/** @param {About} about  @param {TrainingProgress} progress */
export function progressWords({ architecture, parameters }, progress) {
  const { done, epochs, step, rows, examples_per_second, seconds_left } = progress;
  const parts = [
    `${architecture}, ${whole.format(parameters)} parameters`,
    `epoch ${precise.format(done)} of ${whole.format(epochs)}`,
    `step ${whole.format(step)}`,
  ];
  if (examples_per_second > 0) {
    parts.push(`${whole.format(Math.round(examples_per_second))} examples a second`);
  }
  if (seconds_left !== undefined && seconds_left > 0) parts.push(leftOver(seconds_left));
  const last = rows.at(-1);
  if (last !== undefined) parts.push(`validation ${tenths.format(last[2])}`);
  return parts.join(" · ");
}

/** @param {number} seconds */
function leftOver(seconds) {
  if (seconds < 100) return `${whole.format(Math.ceil(seconds))} s left`;
  return `${whole.format(Math.ceil(seconds / 60))} min left`;
}

/** @param {import("./training.js").Saved} saved */
export const leftWords = ({ about, done, when }) =>
  `A training of ${about.architecture} was left after ${precise.format(done)} of ` +
  `${about.choices.epochs} epochs, on ${new Date(when).toLocaleString(LOCALE)}.`;

/** @param {unknown} error */
export function trainingProblem(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "WorkerDeath") {
    return (
      `The lab's Python stopped: ${reasonOf(error)}. What was kept of the training can ` +
      "be taken up when this page is opened again."
    );
  }
  return `${reasonOf(error)}.`;
}

// --- lab: networks

export const NONE_KEPT = "None yet.";
export const KEEP_EARLY = "No network is in use yet: wait until Python is here.";
export const USE = "Use";
export const EXPORT = "Export";
export const EXPORT_1 = "Export as format 1";
export const DELETE = "Delete";
export const IN_USE = "the one in use";
export const DRAW_FIRST = "Draw a digit on the paper above.";

/** @param {string} name  of a kept network */
export const keptName = (name) => `${name} (kept)`;

/** @param {string} name */
export const nowKept = (name) => `${name} is kept.`;

/** @param {string} name */
export const imported = (name) => `${name} is kept: it can be used now.`;

/** @param {string} name  @param {unknown} error */
export const notImported = (name, error) => `${name} is no network: ${reasonOf(error)}.`;

/** @param {string} file */
export const exported = (file) => `${file} is among your downloads.`;

/** @param {unknown} error */
export const notExported = (error) => `This cannot be exported: ${reasonOf(error)}.`;

/** @param {unknown} error */
export const notCompared = (error) => `These cannot be compared: ${reasonOf(error)}.`;

/** @param {string} name */
export const deleted = (name) => `${name} was deleted.`;

/** @param {string} name */
export const overwriteAsked = (name) =>
  `There is a network by the name of ${name}. Replace it?`;

/** @param {string} name */
export const deleteAsked = (name) => `Delete ${name} from this device?`;

/** @param {string} verb  as on the button  @param {string} name */
export const aboutIt = (verb, name) => `${verb} ${name}`;

/** @param {string} about  @param {number} bytes  @param {number} when  as Date has it */
export const keptWords = (about, bytes, when) =>
  `${about} · ${short.format(bytes / 1e6)} MB · ${new Date(when).toLocaleDateString(LOCALE)}`;
