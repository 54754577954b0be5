/** Texts of the lab, with those of the page. Pure. */

import * as say from "../say/lab.js";
import { because, fill, LOCALE, sentenceOf, short, tenths, whole } from "../text/page.js";

export * from "../say/lab.js";
export * from "../text/page.js";

// --- Train

const precise = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** @param {number} loss  in nats */
export const lossWords = (loss) => precise.format(loss);

/** @import { About, Progress as TrainingProgress } from "./train/session.js" */

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
  total === 0 ? say.SECOND_PYTHON : fill(say.DIGITS, { loaded, total });

/** @param {About} about  @param {TrainingProgress} progress */
export function progressWords({ architecture, parameters }, progress) {
  const { done, epochs, step, rows, examples_per_second, seconds_left } = progress;
  const parts = [
    fill(say.OF_NETWORK, { architecture, parameters }),
    fill(say.EPOCH, { done: precise.format(done), epochs }),
    fill(say.STEP, { step }),
  ];
  if (examples_per_second > 0) {
    parts.push(fill(say.SPEED, { count: Math.round(examples_per_second) }));
  }
  if (seconds_left !== undefined && seconds_left > 0) parts.push(leftOver(seconds_left));
  const last = rows.at(-1);
  if (last !== undefined) {
    parts.push(fill(say.VALIDATED, { share: tenths.format(last[2]) }));
  }
  return parts.join(" · ");
}

/** @param {number} seconds */
export function leftOver(seconds) {
  const few = seconds < 100;
  const count = Math.ceil(few ? seconds : seconds / 60);
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
    return because(say.PYTHON_STOPPED, error);
  }
  return sentenceOf(error);
}

// --- Networks

/** @import { Description } from "../worker/protocol.js" */

/** @param {string} about  @param {number} bytes  @param {number} when  Date.now() */
export const savedFacts = (about, bytes, when) =>
  fill(say.SAVED_FACTS, {
    about,
    size: short.format(bytes / 1e6),
    when: new Date(when).toLocaleDateString(LOCALE),
  });

/**
 * Why two networks may answer differently, and at how many labels they do.
 * @param {Description} first
 * @param {Description} second
 * @param {number} count
 */
export function differenceWords(first, second, count) {
  if (first.fit === second.fit) return fill(say.SAME_INPUT, { count });
  const [drawn, centred] = first.fit === "canvas" ? [first, second] : [second, first];
  return fill(say.OTHER_INPUT, { drawn: drawn.name, centred: centred.name, count });
}

// --- Numbers

const four = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });

/** @param {number} value */
export const number = (value) => four.format(value === 0 ? 0 : value); // no "-0"

/** @param {number[]} shape */
export const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");
