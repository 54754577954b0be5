/**
 * Texts of the page while it runs, with values filled in. The build makes say/*.js from
 * words/<language>.toml. Pure.
 */

import { SLOW_WORKER_S } from "../boot/timeouts.js";
import * as say from "../say/first.js";
import { areDigits, rangeOf } from "./labels.js";

export * from "../say/first.js";

/** @import { Answer, Description, Stage } from "../worker/protocol.js" */
/** @typedef {{title: string, text: string}} Problem */

const { LOCALE } = say;
export const whole = new Intl.NumberFormat(LOCALE);
const percents = new Intl.NumberFormat(LOCALE, { style: "percent" });
export const short = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const tenths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
});

export const hundredths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 2,
});

/**
 * Replace each {name} in a phrase; whole numbers are written as the language has them. A
 * value that ends a sentence drops the phrase's full stop.
 * @param {string} phrase
 * @param {Record<string, unknown>} values
 */
export const fill = (phrase, values) =>
  phrase.replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => {
    const given = values[name];
    const value = Number.isInteger(given) ? whole.format(Number(given)) : String(given);
    return /[.?!]$/.test(value) ? value : value + stop;
  });

/** A phrase with the message of an error as its {reason}. @param {string} phrase  @param {unknown} error */
export const because = (phrase, error) => fill(phrase, { reason: reasonOf(error) });

/** The message of an error as a sentence. @param {unknown} error */
export const sentenceOf = (error) => because("{reason}.", error);

/**
 * Phrases with the labels of a network as their {labels}.
 * @template {Record<string, string>} Phrases
 * @param {Phrases} phrases
 * @param {readonly string[]} labels
 */
export function naming(phrases, labels) {
  const range = { labels: rangeOf(labels) };
  const filled = Object.entries(phrases).map(([name, phrase]) => [name, fill(phrase, range)]);
  return /** @type {Phrases} */ (Object.fromEntries(filled));
}

/**
 * The texts that say what is to be drawn, for a network's labels.
 * @param {readonly string[]} labels
 * @returns {Record<"TITLE" | "HINT" | "PAPER" | "READY" | "NO_DIGIT" | "NO_ANSWER", string>}
 */
export const textsFor = (labels) =>
  areDigits(labels) ? say : { ...say, ...naming(say.OTHER, labels) };

/** The second guess is mentioned from this probability on. */
const MENTIONED = 0.1;

/** The label, or both if the network is unsure. @param {Pick<Answer, "answer" | "other">} answer */
export const answerLabel = ({ answer, other }) =>
  other === "" ? answer : fill(say.EITHER, { answer, other });

/** @param {Answer} answer  @param {string[]} labels */
export function answerWords({ status, probabilities, index, other }, labels) {
  if (status === "blank") return say.TOO_LITTLE;
  if (status === "not-a-digit") return textsFor(labels).NO_DIGIT;
  const first = probabilities[index];
  const isUnsure = other !== "";
  if (first >= 0.995 && !isUnsure) return say.CERTAIN;
  const rest = probabilities.map((p, i) => (i === index ? -1 : p));
  const runnerUp = rest.indexOf(Math.max(...rest));
  const share = percents.format(first);
  const second = percents.format(rest[runnerUp]);
  if (isUnsure) return fill(say.UNSURE, { share, second });
  if (runnerUp < 0 || rest[runnerUp] < MENTIONED) return fill(say.SURE, { share });
  return fill(say.DOUBT, { share, other: labels[runnerUp], second });
}

/** @param {number} fraction */
export const percent = (fraction) => percents.format(fraction);

/** With its first digit, down to 0.01%. @param {number} fraction */
export const smallPercent = (fraction) =>
  fraction < 0.1 ? hundredths.format(fraction) : percents.format(fraction);

/** @param {string} label  "" for none */
export const inputDescription = (label) =>
  label === "" ? say.SEEN : fill(say.SEEN_AS, { label });

/** From so many seconds on, the time left is said in minutes. */
const MINUTES_FROM_S = 100;

/**
 * @param {Stage} stage
 * @param {number} loaded  bytes
 * @param {number} total  bytes
 * @param {number | null} [seconds]  left, if known
 */
export function stageWords(stage, loaded, total, seconds = null) {
  const megabytes = (/** @type {number} */ bytes) => short.format(bytes / 1e6);
  const phrase = {
    download: say.DOWNLOAD,
    python: say.PYTHON,
    numpy: say.NUMPY,
    model: say.MODEL,
    ready: say.DONE,
    whole: say.WHOLE,
  }[stage];
  const progress = fill(phrase, { loaded: megabytes(loaded), total: megabytes(total) });
  if (seconds === null) return progress;
  const minutes = Math.round(seconds / 60);
  return seconds < MINUTES_FROM_S
    ? fill(say.DOWNLOAD_SECONDS, { progress, seconds })
    : fill(say.DOWNLOAD_MINUTES, { progress, minutes });
}

/** @param {Pick<Description, "architecture" | "parameters">} network */
export const networkWords = ({ architecture, parameters }) =>
  fill(say.FACTS, { parameters, architecture });

/** An option of the list of networks. @param {import("../networks/sources.js").Source} source */
export const optionText = ({ name, size, accuracy }) =>
  typeof accuracy === "number"
    ? fill(say.OFFERED, {
        name,
        share: hundredths.format(accuracy),
        size: kilobytes(size),
      })
    : name;

/** @param {number} bytes */
export const kilobytes = (bytes) => `${whole.format(Math.round(bytes / 1000))} kB`;

/** @param {number} milliseconds */
export const timeWords = (milliseconds) =>
  fill(say.TOOK, {
    milliseconds:
      milliseconds < 9.95
        ? short.format(milliseconds)
        : whole.format(Math.round(milliseconds)),
  });

/**
 * @param {string} name  of the network that was chosen
 * @param {string} inUse  name of the network that stays in use
 * @param {unknown} error
 */
export const refused = (name, inUse, error) =>
  fill(say.REFUSED, { name, reason: reasonOf(error), other: inUse });

/** Explains an error to the user. @param {unknown} error  @returns {Problem} */
export function problemWords(error) {
  const { name, message } = error instanceof Error ? error : Error(String(error));
  if (name === "Unsupported") {
    return { title: say.TOO_OLD, text: fill(say.TOO_OLD_TEXT, { part: message }) };
  }
  const [title, text] = {
    DownloadError: [say.NOT_DOWNLOADED, say.NOT_DOWNLOADED_TEXT],
    ModelRefused: [say.NOT_OPENED, ""],
    WeightsError: [say.NOT_OPENED, say.WEIGHTS_DAMAGED],
    WorkerDeath: [say.STOPPED, say.STOPPED_TEXT],
  }[name] ?? [say.WRONG, `${name}.`];
  return { title, text: `${text} ${sentenceOf(message)} ${say.UNCHANGED}`.trim() };
}

/** @returns {Problem} */
export const slowWords = () => ({
  title: say.SLOW,
  text: `${fill(say.SLOW_TEXT, { seconds: SLOW_WORKER_S })} ${say.UNCHANGED}`,
});

/** @param {unknown} error */
export const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} name  of a file  @param {unknown} error */
export const badDrawing = (name, error) =>
  fill(say.BAD_DRAWING, { name, reason: reasonOf(error) });
