/**
 * The lab's worker: a second Python, which trains while the page's one answers the pad.
 *
 * It trains in slices and schedules the next one by a message to itself, so that requests
 * run in between; browsers throttle timers in a background tab, but not messages.
 *
 *   "start"         {choices, shown?: ArrayBuffer}      -> Begun
 *   "resume"        {checkpoint: ArrayBuffer}           -> Begun
 *   "abandon"       {}   ends the run, also one that is still loading
 *   "go"            {}
 *   "pause"         {}
 *   "step"          {}                                  -> Progress
 *   "change"        {choices}   those that are live     -> Progress
 *   "weights", "checkpoint"   {}                      -> Uint8Array
 *   "convert"       {weights: ArrayBuffer, kind}        -> Uint8Array
 *   "hold"          {name, weights: ArrayBuffer}        -> Description
 *   "ask"           {name, picture}                     -> Answer
 *   "startTuning"   {weights: ArrayBuffer, mode}        replaces the fine-tuning before
 *   "addExample"    {picture, label, points, lengths}   for the fine-tuning
 *   "tune"          {step: "begin" | "run" | "end"}   -> Report (teach/fine-tune.js)
 *   "tunedWeights"  {}                                -> Uint8Array
 *   "tour"          {method, given}   of nnweb/page/lab/tour.py, see tour/client.js
 *   "wake"          {}   does nothing: a request starts the worker
 *
 * It notifies the page of {type: "data", loaded, total} in digits, {type: "trained",
 * progress}, and {type: "broken", error}: the run has stopped.
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

/** @import { Begun } from "../train/session.js" */

/** Milliseconds of a slice, after which a pause takes effect. */
const SLICE_MS = 80;

/** The last thousand of MNIST's training digits, which no network is trained on. */
const VALIDATION_BLOCK = MNIST.train.blocks.length - 1;

/** The run was abandoned before it began. */
class Abandoned extends Error {
  name = "Abandoned";
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
/** @type {Promise<import("../../worker/py-object.js").PyObject> | undefined} */
let fineTuning;
const getFineTuning = () =>
  (fineTuning ??= complete.then((started) => started.fineTuning()));
/** @type {typeof fineTuning} */
let tour;
const getTour = () => (tour ??= complete.then((started) => started.tour()));
const mnist = createMnist(MNIST);

const self = new MessageChannel();
let running = false;
let goes = 0; // count of "go" requests
let attempt = 0; // number of the latest attempt to begin a run

self.port1.addEventListener("message", slice);
self.port1.start();

/** @param {MessageEvent<number>} message  number of the "go" it belongs to */
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

/** End the run, also one that is still loading. */
function abandon() {
  running = false;
  attempt += 1;
}

/**
 * Load the digits of a run, block by block.
 * @param {number} own  number of its attempt
 * @param {(split: string, images: ArrayBuffer, labels: ArrayBuffer) => number} take
 *   returns how many more digits the split needs
 */
async function feed(own, take) {
  for (const [split, first] of /** @type {[string, number][]} */ ([
    ["validation", VALIDATION_BLOCK],
    ["train", 0],
  ])) {
    for (let i = first, missing = 1; missing > 0; i += 1) {
      if (split === "train") mnist.prefetch("train", i + 1);
      const { images, labels } = await mnist.block("train", i);
      if (own !== attempt) throw new Abandoned("another run was begun");
      missing = take(split, images.slice().buffer, labels.slice().buffer);
    }
  }
}

/**
 * End the run there is, create another, load its digits and begin it.
 * @param {(lab: Awaited<typeof python>) => Begun["about"]} create
 * @returns {Promise<Begun>}
 */
async function begin(create) {
  abandon();
  const own = attempt;
  const lab = await python;
  const about = create(lab);
  const total = about.examples + about.validation;
  let loaded = 0;
  await feed(own, (split, images, labels) => {
    const count = labels.byteLength;
    const missing = lab("feed", split, images, labels);
    loaded += count;
    postMessage({ type: "data", loaded: Math.min(loaded, total), total });
    return missing;
  });
  return { about, progress: lab("begin") };
}

/** Blocks of MNIST that fine-tuning mixes in, and that it is validated on. */
const FINE_TUNING = /** @type {const} */ ({ train: [0, 1], validation: [VALIDATION_BLOCK] });

async function beginTuning() {
  const tuning = await getFineTuning();
  for (const [split, blocks] of Object.entries(FINE_TUNING)) {
    for (const i of blocks) {
      const { images, labels } = await mnist.block("train", i);
      tuning("feed", split, images.slice().buffer, labels.slice().buffer);
    }
  }
  return tuning("begin");
}

serve(ownPort(), {
  start: ({ choices, shown }) => begin((lab) => lab("start", choices, shown)),
  resume: ({ checkpoint }) => begin((lab) => lab("resume", checkpoint)),
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
  startTuning: async ({ weights, mode }) =>
    (await getFineTuning())("start", weights, mode),
  addExample: async ({ picture, label, points, lengths }) => {
    const { pixels, width, height, fit } = picture;
    const tuning = await getFineTuning();
    return tuning("add", pixels, width, height, fit, label, points, lengths);
  },
  async tune({ step }) {
    if (step === "begin") return beginTuning();
    const tuning = await getFineTuning();
    return step === "run" ? tuning("run", SLICE_MS) : tuning("end");
  },
  tunedWeights: async () => (await getFineTuning())("weights"),
  tour: async ({ method, given }) => (await getTour())(method, ...given),
  wake() {},
});
