// @ts-check
/** All that the page says while it runs, in English. Pure. */

/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Stage} Stage */
/** @typedef {{title: string, text: string}} Problem */

export const LOCALE = "en-GB";
export const whole = new Intl.NumberFormat(LOCALE);
const percents = new Intl.NumberFormat(LOCALE, { style: "percent" });
export const short = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const hundredths = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 2,
});

export const READY = "Draw a digit";
export const EARLY = "You can draw already: Python is on its way";
export const WAITING = "It is recognised as soon as Python is here";
export const BLANK = "The paper is blank: draw a digit first";

/** A probability of the second guess from which on it is worth a word. */
const CLOSE = 0.1;

/** @param {Answer} answer  @param {string[]} labels */
export function answerWords({ status, probabilities, index }, labels) {
  if (status === "blank") return "Too little ink to see anything";
  if (status === "not-a-digit") return "Not a digit that the network knows";
  const sure = probabilities[index];
  if (sure >= 0.995) return "More than 99% sure";
  const rest = probabilities.map((p, i) => (i === index ? -1 : p));
  const second = rest.indexOf(Math.max(...rest));
  const close = second >= 0 && rest[second] >= CLOSE;
  const doubt = close ? `, or ${labels[second]} (${percents.format(rest[second])})` : "";
  return `${percents.format(sure)} sure${doubt}`;
}

/** @param {number} fraction */
export const percent = (fraction) => percents.format(fraction);

/** @param {Answer["status"]} status  @param {string} answer */
export const seenWords = (status, answer) =>
  status === "digit"
    ? `What the network saw, and took for ${answer}: 28 by 28 pixels`
    : "What the network saw: 28 by 28 pixels";

/**
 * @param {Stage} stage
 * @param {number} loaded  bytes
 * @param {number} total  bytes
 */
export function stageWords(stage, loaded, total) {
  const megabytes = (/** @type {number} */ bytes) => short.format(bytes / 1e6);
  return {
    download: `Python: ${megabytes(loaded)} of ${megabytes(total)} MB`,
    python: "Starting Python",
    numpy: "Loading NumPy",
    model: "Opening the network",
    ready: "Ready",
    whole: `All of Python: ${megabytes(loaded)} of ${megabytes(total)} MB`,
  }[stage];
}

/** @param {Pick<Description, "architecture" | "parameters">} network */
export const networkWords = ({ architecture, parameters }) =>
  `${whole.format(parameters)} parameters: ${architecture}`;

/** As the list has it. @param {import("./networks.js").Source} source */
export const offered = ({ name, size, accuracy }) =>
  typeof accuracy === "number"
    ? `${name}: ${hundredths.format(accuracy)} of MNIST, ${kilobytes(size)}`
    : name;

/** @param {number} bytes */
export const kilobytes = (bytes) => `${whole.format(Math.round(bytes / 1000))} kB`;

/** @param {number} milliseconds */
export const timeWords = (milliseconds) =>
  `Python took ${short.format(milliseconds)} ms`;

/** @param {string} name  of a file */
export const fromFile = (name) => `${name} (your file)`;

/**
 * @param {string} name  of what was chosen
 * @param {string} inUse
 * @param {unknown} error
 */
export function refused(name, inUse, error) {
  const reason = error instanceof Error ? error.message : String(error);
  return `${name} was not opened: ${reason}. ${inUse} stays in use.`;
}

/** @param {string} name  @param {number} size  bytes  @param {number} limit  bytes */
export const tooLarge = (name, size, limit) =>
  `${name}: ${whole.format(size)} bytes, expected at most ${whole.format(limit)}`;

/** @param {string} asked  @param {string} origin  of this page */
export const foreignModel = (asked, origin) =>
  `?model=${asked}: it lies on another site, expected a file on ${origin}`;

/** @param {string} asked */
export const badModelUrl = (asked) => `?model=${asked}: this is not a URL`;

/**
 * An error as something that helps.
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemWords(error) {
  const { name, message } = error instanceof Error ? error : Error(String(error));
  if (name === "Unsupported") {
    return {
      title: "This browser is too old, or too strict",
      text:
        `It has no ${message}, which Python needs. Chrome, Edge, Firefox and Safari of ` +
        "the last two years have it; some high-security modes switch it off.",
    };
  }
  const [title, text] = {
    DownloadError: ["Not all of it arrived", "A file that is needed did not come."],
    ModelRefused: ["This network cannot be opened", ""],
    WeightsError: ["This network cannot be opened", "Its weights file is no good."],
    WorkerDeath: ["Python stopped", "The worker that it ran in is gone."],
  }[name] ?? ["Something went wrong", `${name}.`];
  return { title, text: `${text} ${message}. Your drawing is kept.`.trim() };
}

// --- lab

/** @param {unknown} error */
export const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error */
export const labNotLoaded = (error) =>
  `The lab did not come: ${reasonOf(error)}. Close and open it to try again; if that ` +
  "does not help, load the page again. Your drawing can be recognised all the same.";

// --- ink

export const PEN_UP = "Pen up";

/** @param {number} column  @param {number} row  of the keyboard's grid */
export const penAt = (column, row) => `Column ${column}, row ${row}`;

/** @param {number} column  @param {number} row */
export const penDownAt = (column, row) => `Pen down, column ${column}, row ${row}`;

/** @param {number} digit */
export const sampleName = (digit) => `Draw a ${digit} for me`;

export const DAMAGED_LINK = "it is cut off or damaged";
export const NEWER_LINK = "it comes from a newer version of this page";

// --- share

export const LINK_COPIED = "Link copied: it holds the drawing itself.";
export const NO_PICTURE = "The picture under it is not in the link, only what you drew.";
export const NO_FILE = "Your network's file is not in it: the page's own one will answer.";
export const PICTURE_ALONE =
  "A link holds what was drawn, not a picture. Save the picture as PNG instead.";
export const NUMPY_COPIED = "Copied: 28 by 28 numbers, 0 for paper to 255 for ink.";
export const NOTHING_SEEN = "The network has seen nothing yet: draw a digit first";
export const COPY_BY_HAND = "This browser does not let the page copy. Copy it from here:";

/** @param {unknown} error */
export const notSent = (error) =>
  `The link could not be sent: ${reasonOf(error)}. Copy it instead.`;

/** @param {string} kind  @param {unknown} error */
export const notSaved = (kind, error) =>
  `It could not be saved as ${kind.toUpperCase()}: ${reasonOf(error)}.`;

/** @param {unknown} error */
export const badLink = (error) =>
  `The drawing in the address was not opened: ${reasonOf(error)}. What is on the paper ` +
  "stays. Ask for the link again, or draw.";

/** @param {string} name  of a file  @param {unknown} error */
export const badDrawing = (name, error) =>
  `${name} was not opened: ${reasonOf(error)}. What is on the paper stays.`;

/** @param {string} field  @param {unknown} got  @param {string} expected */
export function expectedInFile(field, got, expected) {
  const text = JSON.stringify(got) ?? "nothing";
  const cut = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `"${field}" is ${cut}, expected ${expected}`;
}

/** @param {number} size  bytes  @param {number} limit  bytes */
export const fileTooLarge = (size, limit) =>
  `${whole.format(size)} bytes, expected at most ${whole.format(limit)}`;

export const PICTURE_BROKEN = '"picture" is no PNG, JPEG or WebP in a data URL';

/** @param {string} name  @param {string} other */
export const networkGone = (name, other) =>
  `The link asks for the network ${name}, which is not here. ${other} answers instead.`;

// --- offline

export const OFFLINE = "From now on this page works offline, too.";
export const NEW_VERSION = "There is a new version of this page.";

/** @param {unknown} error */
export const partNotLoaded = (error) =>
  `This part of the page did not come: ${reasonOf(error)}. Try it again.`;

// --- pictures and MNIST's digits

export const NO_IMAGE = "this browser cannot read it as a picture";

/** @param {number} width  @param {number} height */
export const tooWide = (width, height) =>
  `${whole.format(width)} by ${whole.format(height)} pixels are more than fit here`;

export const CLIPBOARD = "What was copied";
export const NOTHING_TO_PASTE = "no picture was copied; copy one first";
export const PASTE_DENIED =
  "the browser does not let this page look at what was copied; allow it, or press Ctrl+V";

/** @param {unknown} error */
export const notPasted = (error) => `Nothing was pasted: ${reasonOf(error)}.`;

export const TESTSET_COMING = "Fetching it\u2026";

/** @param {number} at  @param {number} count  @param {number} label */
export const testDigit = (at, count, label) =>
  `Number ${whole.format(at + 1)} of ${whole.format(count)}, labelled ${label}.`;

/** @param {boolean} right  @param {number} good  @param {number} shown */
export const testResult = (right, good, shown) =>
  `${right ? "Read right" : "Read wrong"}: ${good} of ${shown} right so far.`;

/** @param {unknown} error */
export const noTestset = (error) =>
  `It did not come: ${reasonOf(error)}. The paper stays as it is; try again.`;
