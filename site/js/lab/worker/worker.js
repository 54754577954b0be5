// @ts-check
/**
 * The lab's worker: a second Python, which trains while the first one answers the pad.
 *
 * It trains a slice at a time, and asks for the next one by a message to itself. What
 * the page wants comes in between; and unlike timers, messages are not slowed down in a
 * tab that nobody looks at.
 *
 *   "start"       {choices, shown?: ArrayBuffer}      -> Begun
 *   "resume"      {checkpoint: ArrayBuffer}           -> Begun
 *   "abandon"     {}   what is being begun, or running
 *   "go"          {workers?: 1 | 2}   left out: whichever is quicker; 2 where it can be
 *   "pause"       {}
 *   "step"        {}                                  -> Progress
 *   "change"      {choices}   the live ones           -> Progress
 *   "weights", "checkpoint"   {}                      -> Uint8Array
 *   "convert"     {weights: ArrayBuffer, kind}        -> Uint8Array
 *   "hold"        {name, weights: ArrayBuffer}        -> Description
 *   "ask"         {name, picture}                     -> Answer
 *   "teach"       {weights: ArrayBuffer, manner}        a lesson takes the place of another
 *   "drawing"     {picture, label}                      which it is to teach
 *   "lesson"      {do: "begin" | "run" | "end"}       -> Report (lesson.js)
 *   "taught"      {}                                  -> Uint8Array
 *   "lost"        {reason}   the helper that the page lent it
 *   "tour"        {method, given}   of nnweb/page/lab/tour.py; tour/teacher.js has the answers
 *
 * Without being asked it tells {type: "data", loaded, total} in digits, {type:
 * "trained", progress}, {type: "lend"} and {type: "return"} (lend.js), and {type:
 * "broken", error}: the training has stopped.
 *
 * A training that lasts gets a helper (pair.js), where there are cores for it. They do
 * stretches of steps together; whatever is asked of the training in between has the
 * stretch come to its end first.
 */

import { MNIST } from "../../manifest.js";
import { createMnist } from "../../input/mnist.js";
import { serve, toWireError } from "../../worker/protocol.js";
import { startPython } from "../../worker/start-python.js";
import { createPace } from "./pace.js";
import { createPair } from "./pair.js";

/** @typedef {import("./py-object.js").Facade} Facade */
/** @typedef {import("../train/session.js").Begun} Begun */
/** @typedef {import("../train/session.js").Progress} Progress */

/** Milliseconds of a slice: what a pause has to wait for. */
const SLICE_MS = 80;

/** Milliseconds of a stretch by two: what is done anew if the helper is lost. */
const STRETCH_MS = 1000;

/** Seconds that must be left for a helper, who takes one to come. */
const WORTH_S = 5;

/** Gigabytes, where the browser tells: a helper takes a tenth of one. */
const MEMORY_GB = 4;

/** The last thousand of MNIST's training digits, which are never trained on. */
const VALIDATION_BLOCK = MNIST.train.blocks.length - 1;

/** The training was given up before it began. */
class GivenUp extends Error {
  name = "GivenUp";
}

/** @type {import("../../worker/protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) =>
  postMessage({ type: "progress", stage, loaded, total });

const complete = startPython(report).then(async (started) => {
  await started.complete(report);
  return started;
});
const python = complete.then((started) => started.lab());
python.catch(() => {}); // whoever asks is told
/** @type {Promise<ReturnType<typeof import("./py-object.js").createFacade>> | undefined} */
let teaching;
const teacher = () => (teaching ??= complete.then((started) => started.teacher()));
/** @type {typeof teaching} */
let touring;
const guide = () => (touring ??= complete.then((started) => started.tour()));
const mnist = createMnist(MNIST);

const self = new MessageChannel();
let running = false;
let goes = 0; // how often it was told to go
let attempt = 0; // to begin: a later one ends those before it
/** @type {Begun["about"] | null} */
let current = null; // what is trained
/** @type {1 | 2 | undefined} */
let wanted; // workers
/** @type {ReturnType<typeof createPair> | null} */
let pair = null;
let pace = createPace();
let ending = false; // a stretch, before its time
/** @type {Promise<unknown>} */
let stretching = Promise.resolve();
let told = 0; // steps that the page knows of
let steps = 0; // and epochs, of the last slice or stretch
let epochs = 0;

self.port1.addEventListener("message", slice);
self.port1.start();

/** @param {MessageEvent<number>} message  the go that it belongs to */
async function slice({ data }) {
  if (!running || data !== goes) return;
  try {
    const lab = await python;
    const ready = pair?.ready ?? false;
    const workers = wanted ?? pace.next(ready);
    const done = workers === 2 && ready ? together(lab) : alone(lab);
    stretching = done.catch(() => {}); // it is told below
    const began = performance.now();
    const progress = await done;
    const ms = performance.now() - began;
    if (progress.rows.length === epochs) pace.took(progress.step - steps, ms, ready);
    ({ step: steps, rows: { length: epochs } } = progress);
    if (progress.finished) {
      running = false;
      letGo();
    }
    self.port2.postMessage(data);
  } catch (error) {
    running = false;
    letGo();
    postMessage({ type: "broken", error: toWireError(error) });
  }
}

/** @param {Facade} lab  @returns {Promise<Progress>} */
async function alone(lab) {
  pair?.outdate();
  const progress = lab("run", SLICE_MS);
  tell(progress);
  if (pair === null && helperWanted(progress)) {
    pair = createPair(lab, (take) => feed(attempt, take));
  }
  return progress;
}

/** @param {Facade} lab  @returns {Promise<Progress>} */
async function together(lab) {
  const began = performance.now();
  let heard = began;
  ending = false;
  const isLast = () => ending || performance.now() - began > STRETCH_MS;
  const news = () => {
    if (performance.now() - heard < SLICE_MS) return;
    heard = performance.now();
    tell(lab("told"), 2);
  };
  try {
    await pair?.stretch(isLast, news);
  } catch (error) {
    const progress = lab("alone");
    if (error instanceof Error && error.name === "TrainingError") throw error;
    return progress;
  }
  const progress = lab("told");
  tell(progress, 2);
  return progress;
}

/** @param {Progress} progress  @param {1 | 2} [workers] */
function tell(progress, workers = 1) {
  if (progress.step < told) return; // done anew, after a helper was lost
  told = progress.step;
  postMessage({ type: "trained", progress: { ...progress, workers } });
}

/** @param {Progress} progress */
function helperWanted({ seconds_left: left = 0, finished }) {
  if (current === null || !current.for_two || finished || wanted === 1) return false;
  const { hardwareConcurrency, deviceMemory = MEMORY_GB } =
    /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const room = hardwareConcurrency >= 2 && deviceMemory >= MEMORY_GB;
  return wanted === 2 || (room && left > WORTH_S);
}

/** The helper, if there is one. */
function letGo() {
  pair?.drop(new GivenUp("the training is over"));
  pair = null;
  pace = createPace();
}

/** Once nobody is in the midst of a step. */
function rest() {
  ending = true;
  return stretching;
}

/** Nothing of the training that was. */
async function clear() {
  running = false;
  attempt += 1;
  await rest();
  letGo();
  current = null;
  told = 0;
}

/**
 * Give a training its digits, as it wants them.
 * @param {number} ours  the attempt that they are for
 * @param {(split: string, images: ArrayBuffer, labels: ArrayBuffer)
 *   => Promise<number>} take  answers how many more
 */
async function feed(ours, take) {
  for (const [split, first] of /** @type {[string, number][]} */ ([
    ["validation", VALIDATION_BLOCK],
    ["train", 0],
  ])) {
    for (let i = first, missing = 1; missing > 0; i += 1) {
      if (split === "train") mnist.prefetch("train", i + 1);
      const { images, labels } = await mnist.block("train", i);
      if (ours !== attempt) throw new GivenUp("another training was begun");
      missing = await take(split, images.slice().buffer, labels.slice().buffer);
    }
  }
}

/**
 * Have the digits come that a training wants, and begin it.
 * @param {Begun["about"]} about
 * @returns {Promise<Begun>}
 */
async function begin(about) {
  const lab = await python;
  const total = about.examples + about.validation;
  let loaded = 0;
  await feed(attempt, async (split, images, labels) => {
    const count = labels.byteLength;
    const missing = lab("feed", split, images, labels);
    loaded += count;
    postMessage({ type: "data", loaded: Math.min(loaded, total), total });
    return missing;
  });
  current = about;
  return { about, progress: lab("begin") };
}

/** What a lesson mixes in, and what it is judged on, which no shipped network learned. */
const LESSON = /** @type {const} */ ({ train: [0, 1], validation: [VALIDATION_BLOCK] });

async function beginLesson() {
  const lesson = await teacher();
  for (const [what, blocks] of Object.entries(LESSON)) {
    for (const i of blocks) {
      const { images, labels } = await mnist.block("train", i);
      lesson("feed", what, images.slice().buffer, labels.slice().buffer);
    }
  }
  return lesson("begin");
}

// a worker's own scope is a port, but not to TypeScript's library for pages
const port = /** @type {MessagePort} */ (/** @type {unknown} */ (globalThis));
serve(port, {
  async start({ choices, shown }) {
    await clear();
    return begin((await python)("start", choices, shown));
  },
  async resume({ checkpoint }) {
    await clear();
    return begin((await python)("resume", checkpoint));
  },
  /** Nothing to begin with any more: whoever waits for the digits need not. */
  async abandon() {
    running = false;
    attempt += 1;
    await rest();
    letGo();
  },
  async go({ workers }) {
    await rest();
    wanted = workers;
    if (workers === 2 && pair === null && current?.for_two) {
      pair = createPair(await python, (take) => feed(attempt, take));
      await pair.started;
    }
    running = true;
    goes += 1;
    self.port2.postMessage(goes);
  },
  async pause() {
    running = false;
    await python;
    await rest();
  },
  async step() {
    await rest();
    pair?.outdate();
    return (await python)("run", 0);
  },
  async change({ choices }) {
    await rest();
    pair?.outdate();
    pace = createPace(); // what was quicker need not be
    return (await python)("change", choices);
  },
  weights: async () => rest().then(async () => (await python)("weights")),
  checkpoint: async () => rest().then(async () => (await python)("checkpoint")),
  convert: async ({ weights, kind }) => (await python)("convert", weights, kind),
  hold: async ({ name, weights }) => (await python)("hold", name, weights),
  ask: async ({ name, picture: { pixels, width, height, fit } }) =>
    (await python)("ask", name, pixels, width, height, fit),
  teach: async ({ weights, manner }) => (await teacher())("start", weights, manner),
  drawing: async ({ picture: { pixels, width, height, fit }, label }) =>
    (await teacher())("add", pixels, width, height, fit, label),
  async lesson({ do: what }) {
    if (what === "begin") return beginLesson();
    const lesson = await teacher();
    return what === "run" ? lesson("run", SLICE_MS) : lesson("end");
  },
  lost({ reason }) {
    pair?.drop(new Error(reason));
  },
  taught: async () => (await teacher())("weights"),
  tour: async ({ method, given }) => (await guide())(method, ...given),
});
