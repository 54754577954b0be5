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

/** What is written on the tabs, by the names of the panels. @type {Record<string, string>} */
export const TABS = {
  train: "Train",
  inside: "Inside",
  teach: "Teach",
  networks: "Networks",
  python: "Python",
};

// --- lab: train

/** What stands in the panel from the start. @type {Record<string, string>} */
export const TRAIN = {
  lead:
    "Train a network on MNIST's handwritten digits, here, in Python. The levers above " +
    "the line act at once, also between two steps; the rest at the next start.",
  resume: "Go on with it",
  forget: "Forget it",
  levers: "Levers",
  start: "Start",
  step: "Step",
  stop: "Stop",
  reset: "Reset",
  training: "Training",
  onPad: "Use it on the pad",
  loss: "Loss, in nats",
  accuracy: "Accuracy; validated on 1,000 digits that are never trained on",
  keepAs: "Keep it as",
  keep: "Keep",
};

/** By the names of the choices in nnweb/lab/choices.py. @type {Record<string, string>} */
export const LEVERS = {
  preset: "Preset",
  learning_rate: "Learning rate",
  batch_size: "Batch size",
  optimizer: "Optimiser",
  epochs: "Epochs",
  augmentation: "Augmentation",
  start: "Start from",
  layers: "Layers",
  activation: "Activation",
  initializer: "First weights",
  examples: "Examples",
  seed: "Seed",
};

/** What may be chosen at a lever, the first at first. @type {Record<string, Record<string, string>>} */
export const CHOICES = {
  preset: {
    small: "One hidden layer, quick",
    deep: "Three hidden layers",
    cnn: "Convolutions: slower, better",
    plain: "The textbook: 30 units, plain descent",
    "": "My own",
  },
  optimizer: {
    adam: "Adam",
    adamw: "AdamW",
    momentum: "Momentum",
    sgd: "Plain gradient descent",
  },
  augmentation: {
    none: "None: MNIST as it is",
    warps: "Turned, stretched and bent",
    pen: "And drawn anew by pen: slow at first",
  },
  start: { scratch: "Scratch", shown: "The network in use" },
  activation: {
    relu: "ReLU",
    leaky_relu: "Leaky ReLU",
    sigmoid: "Sigmoid",
    tanh: "Tanh",
    linear: "None",
  },
  initializer: {
    he_normal: "He, normal",
    he_uniform: "He, uniform",
    glorot_normal: "Glorot, normal",
    glorot_uniform: "Glorot, uniform",
    normal: "Normal",
    uniform: "Uniform",
    zeros: "Zeros",
  },
};

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

/** What stands in the panel from the start. @type {Record<string, string>} */
export const NETWORKS = {
  lead: "Networks that you keep stay in this browser, on this device, and nowhere else.",
  keepAs: "Keep the network in use as",
  keep: "Keep",
  kept: "Kept networks",
  import: "Import a file\u2026",
  export: "Export the network in use",
  exportOne: "Export it as format 1",
  compare: "Two on the same drawing",
  first: "First network",
  second: "Second network",
};

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

// --- lab: inside

const four = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });

export const DRAW_TO_LOOK = "Draw a digit: this shows what the network makes of it.";
export const LOOKING = "Getting the rest of Python, to look inside\u2026";
export const PICK_ONE = "None is chosen yet.";
export const BIAS = "Bias";

/** By the names that nnweb/lab/vary.py has. @type {Record<string, string>} */
export const LEVERS_ON_INK = {
  rotation: "Turned, degrees",
  right: "To the right, pixels",
  down: "Down, pixels",
  thickness: "Thicker, pixels",
  noise: "Noise, share of pixels",
};

/** @param {number} value */
export const number = (value) => four.format(value === 0 ? 0 : value); // no "-0"

/** @param {unknown} error */
export const notLookedInto = (error) =>
  `The network could not be looked into: ${reasonOf(error)}. Draw on, to try again.`;

/** @param {number[]} shape */
const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");

/** @param {string} name  @param {number[]} shape  @param {number} learned */
export const layerTitle = (name, shape, learned) =>
  `${name} \u00b7 ${sizes(shape)}` +
  (learned === 0 ? "" : ` \u00b7 ${whole.format(learned)} numbers learned`);

/** @param {number} place  @param {string} name  @param {number[]} shape */
export const layerWords = (place, name, shape) =>
  `Layer ${place}, ${name}: ${sizes(shape)} numbers. Arrow keys go from one to the next.`;

/**
 * @param {import("./answers.js").Unit} unit
 * @param {string} name
 * @param {number} at
 */
export function unitWords({ kind, value, bias, count, terms, rest }, name, at) {
  const which = `${name}, number ${whole.format(at)}`;
  if (kind === "each") return `${which}: of ${number(terms[0].input)} it makes ${number(value)}.`;
  if (kind === "greatest") {
    return `${which}: the greatest of ${count} numbers is ${number(value)}.`;
  }
  const sum = terms.reduce((total, { product }) => total + product, rest);
  return (
    `${which}: ${whole.format(count)} inputs times their weights make ${number(sum)}; ` +
    `with the bias ${number(bias)} it is ${number(value)}.`
  );
}

/** @param {number} count */
export const otherInputs = (count) => `${whole.format(count)} others`;

/** @param {number} shown  @param {number} all  @param {number} rows  @param {number} columns */
export const learnedWords = (shown, all, rows, columns) =>
  `What the layer learned: ${shown === all ? "" : `the first ${shown} of `}` +
  `${whole.format(all)} images of ${rows} \u00d7 ${columns} weights`;

/** @param {string} label */
export const speaksFor = (label) =>
  `Pixels that speak for ${label} in blue, those against it in orange`;

/** @param {import("./answers.js").Change} change  @param {string} label */
export const changeWords = ({ found, size }, label) =>
  found
    ? `So changed it reads as ${label}. All changes together are as long as ` +
      `${number(size)} pixels turned from paper to ink.`
    : "None was found.";

/** @param {string} label  @param {number} probability */
export const variedWords = (label, probability) =>
  `Read as ${label}, ${number(probability * 100)} %`;

/** @param {number} count */
export const digitsHere = (count) => `${whole.format(count)} digits are here\u2026`;

/** @param {number} label  @param {number} at */
export const digitNumber = (label, at) =>
  `Training digit ${whole.format(at)}, a ${label}`;

/** @param {number} label  @param {number} distance */
export const neighbourWords = (label, distance) =>
  `a ${label}, ${number(distance)} pixels away`;

/** What stands in the panel from the start. @type {Record<string, string>} */
export const ROOM = {
  lead:
    "What the network in use makes of the drawing on the paper, number by number. Blue " +
    "is more than zero, orange less.",
  flow: "Layer by layer",
  point: "Point at a number, or walk with the arrow keys.",
  unit: "One number",
  input: "Input",
  is: "is",
  weight: "times weight",
  makes: "makes",
  line: "The line of Python that made it",
  why: "Why, and why not",
  speaks: "What speaks for",
  gradient: "Gradient times input",
  occlusion: "Lost when it is covered",
  change: "The smallest change to another answer",
  image: "Changed",
  difference: "The change alone",
  vary: "Where it flips",
  straight: "As drawn",
  alike: "The nearest training digits",
  look: "Look among 10,000 of them",
};
