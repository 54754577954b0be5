/** Texts of the Train panel, with those of the lab. Pure. */

import { SECOND_PYTHON } from "../../say/lab.js";
import * as say from "../../say/train.js";
import { because, fill, LOCALE, sentenceOf, tenths } from "../../text/page.js";
import { leftOver } from "../text.js";

/** @import { About, Choices, Progress, Run, Saved, State } from "./session.js" */

export * from "../../say/train.js";
export * from "../text.js";

const precise = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const exact = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 6 });

/** @param {number} loss  in nats */
export const lossWords = (loss) => precise.format(loss);

/** @param {About | null} about  the run, if there is one */
export const lossCaption = (about) =>
  about?.loss === "quadratic" ? say.SQUARES : say.TRAIN.loss;

/** @param {number} epoch */
export const epochWords = (epoch) => precise.format(epoch);

/** @param {number} epoch  at a mark of the axis */
export const tickWords = (epoch) => exact.format(epoch);

/** The first button's text. @param {State} state */
export const startWords = (state) =>
  ({ running: say.PAUSE, paused: say.RESUME, stopped: say.START_NEW })[
    /** @type {string} */ (state)
  ] ?? say.START;

/** @param {State} state  @param {About | null} about  @param {Progress | null} progress */
export function stateWords(state, about, progress) {
  if (state === "loading") return say.GETTING;
  if (state === "running") return say.TRAINING;
  if (state === "paused") return say.PAUSED;
  if (state === "idle") return "";
  const last = progress?.rows.at(-1);
  if (last === undefined) return say.RUN_STOPPED;
  return fill(progress?.finished ? say.RUN_FINISHED : say.RUN_STOPPED_AT, {
    share: tenths.format(last[2]),
    count: about?.validation,
  });
}

/** @param {number} loaded  @param {number} total */
export const digitsWords = (loaded, total) =>
  total === 0 ? SECOND_PYTHON : fill(say.DIGITS, { loaded, total });

/** @param {State} state  @param {About} about  @param {Progress} progress */
export function progressWords(state, { architecture, parameters }, progress) {
  const { done, epochs, step, rows, examples_per_second, seconds_left } = progress;
  const parts = [
    fill(say.OF_NETWORK, { architecture, parameters }),
    fill(say.EPOCH, { done: epochWords(done), epochs }),
    fill(say.STEP, { step }),
  ];
  if (examples_per_second > 0) {
    parts.push(fill(say.SPEED, { count: Math.round(examples_per_second) }));
  }
  const goesOn = state !== "stopped" && seconds_left !== undefined && seconds_left > 0;
  if (goesOn) parts.push(leftOver(seconds_left));
  const last = rows.at(-1);
  if (last !== undefined) {
    parts.push(fill(say.VALIDATED, { share: tenths.format(last[2]) }));
  }
  return parts.join(" · ");
}

/** "784-128-10, 97.1%" @param {Pick<Run, "about" | "progress">} run */
export function runName({ about, progress }) {
  const last = progress.rows.at(-1);
  const parts = [about.architecture, ...(last ? [tenths.format(last[2])] : [])];
  return parts.join(", ");
}

/** "Learning rate 0.01" @param {Choices} choices */
export const changesWords = (choices) =>
  Object.entries(choices)
    .map(([name, value]) => `${FIELDS[name]} ${valueWords(name, value)}`)
    .join(", ");

/** @type {Record<string, string>} */
const FIELDS = say.FIELDS;
/** @type {Record<string, Record<string, string>>} */
const CHOICES = say.CHOICES;

/** @param {string} name  @param {string | number} value */
const valueWords = (name, value) =>
  typeof value === "number" ? exact.format(value) : CHOICES[name][value];

/** @param {import("./session.js").Mark} mark */
export const markWords = ({ done, choices }) =>
  fill(say.MARK, { done: epochWords(done), changes: changesWords(choices) });

/** @param {Saved} saved */
export const leftWords = ({ about, done, when }) =>
  fill(say.LEFT, {
    architecture: about.architecture,
    done: epochWords(done),
    epochs: about.choices.epochs,
    when: new Date(when).toLocaleString(LOCALE),
  });

/** @param {unknown} error */
export function trainingProblem(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "WorkerDeath") {
    return because(say.PYTHON_STOPPED, error);
  }
  return sentenceOf(error);
}
