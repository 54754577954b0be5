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
 *   "go"          {}
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
 *   "tour"        {method, given}   of nnweb/page/lab/tour.py; tour/teacher.js has the answers
 *
 * Without being asked it reports {type: "data", loaded, total} in digits, {type:
 * "trained", progress}, and {type: "broken", error}: the training has stopped.
 */

import { MNIST } from "../../manifest.js";
import { createMnist } from "../../input/mnist.js";
import {
  ownPort,
  reportBootFailure,
  serve,
  toWireError,
} from "../../worker/protocol.js";
import { startPython } from "../../worker/start-python.js";

/** @typedef {import("../../worker/py-object.js").Facade} Facade */
/** @typedef {import("../train/session.js").Begun} Begun */
/** @typedef {import("../train/session.js").Progress} Progress */

/** Milliseconds of a slice: what a pause has to wait for. */
const SLICE_MS = 80;

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
reportBootFailure(ownPort(), python);
/** @type {Promise<ReturnType<typeof import("../../worker/py-object.js").createFacade>> | undefined} */
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

self.port1.addEventListener("message", slice);
self.port1.start();

/** @param {MessageEvent<number>} message  the "go" that the slice belongs to */
async function slice({ data }) {
  if (!running || data !== goes) return;
  try {
    const progress = (await python)("run", SLICE_MS);
    postMessage({ type: "trained", progress });
    if (progress.finished) running = false;
    self.port2.postMessage(data);
  } catch (error) {
    running = false;
    postMessage({ type: "broken", error: toWireError(error) });
  }
}

/** Give up the training that is running or loading. */
function abandon() {
  running = false;
  attempt += 1;
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

serve(ownPort(), {
  async start({ choices, shown }) {
    abandon();
    return begin((await python)("start", choices, shown));
  },
  async resume({ checkpoint }) {
    abandon();
    return begin((await python)("resume", checkpoint));
  },
  abandon,
  go() {
    running = true;
    goes += 1;
    self.port2.postMessage(goes);
  },
  pause() {
    running = false;
  },
  step: async () => (await python)("run", 0),
  change: async ({ choices }) => (await python)("change", choices),
  weights: async () => (await python)("weights"),
  checkpoint: async () => (await python)("checkpoint"),
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
  taught: async () => (await teacher())("weights"),
  tour: async ({ method, given }) => (await guide())(method, ...given),
});
