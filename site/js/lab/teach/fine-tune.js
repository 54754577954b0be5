/**
 * State machine of one fine-tuning run in the lab worker. No DOM.
 *
 *   idle -> loading -> learning -> done; reset() leads back to idle from any state
 */

import { NOT_TAUGHT } from "./text.js";

/** @import { Picture } from "../../worker/protocol.js" */
/** @typedef {"idle" | "loading" | "learning" | "done"} State */
/** @typedef {"careful" | "hard"} Mode  as in nnweb/page/lab/fine_tune.py */
/**
 * Results of a network on the drawings and on the validation digits.
 * @typedef {object} Marks
 * @property {number[]} answers  one per drawing: index of a label, -1 for "not a digit"
 * @property {number} right
 * @property {number} accuracy  on the validation digits
 * @property {number} refused  fraction of them that is rejected as "not a digit"
 */
/**
 * @typedef {object} Report
 * @property {string[]} labels  of the network, with those that it is taught
 * @property {number} step
 * @property {number} steps  maximum
 * @property {boolean} finished
 * @property {number} drawings
 * @property {number} digits  number of validation digits
 * @property {Marks} before
 * @property {Marks} [after]
 */
/**
 * A drawing with its label, NO_LABEL for none, and its strokes: points (float32, x and y in
 * turn) and the number of points of each; none if it is a picture.
 * @typedef {{label: string, picture: Picture, points: ArrayBuffer, lengths: number[]}} Example
 */
/** @typedef {{weights: ArrayBuffer, examples: Example[]}} Input */

/**
 * @param {typeof import("../worker/client.js").ask} ask
 * @param {() => void} onChange  called when the state or the report changes
 * @param {() => number} [now]  milliseconds
 */
export function createFineTuning(ask, onChange, now = () => performance.now()) {
  let state = /** @type {State} */ ("idle");
  let report = /** @type {Report | null} */ (null);
  /** The result, which outlives the worker. @type {ArrayBuffer | null} */
  let tuned = null;
  let run = 0; // number of the current run; replies to an earlier one are dropped
  let stopping = false;
  let startedAt = 0; // when the first step began
  // the worker holds one run at a time: the next one starts when this has settled
  let previous = Promise.resolve();

  /** @param {State} next */
  function enter(next) {
    state = next;
    onChange();
  }

  function drop() {
    run += 1;
    report = null;
    enter("idle");
  }

  /** @param {() => Promise<Input>} load  @param {Mode} mode */
  async function learn(load, mode) {
    const current = run;
    const { weights, examples } = await load();
    if (current !== run) return;
    await ask("startTuning", { weights, mode });
    for (const example of examples) {
      if (current !== run) return;
      await ask("addExample", example, [example.picture.pixels, example.points]);
    }
    if (current !== run) return;
    let next = await ask("tune", { step: "begin" });
    if (current !== run) return;
    report = next;
    startedAt = now();
    enter("learning");
    while (!next.finished) {
      if (stopping) break;
      next = await ask("tune", { step: "run" });
      if (current !== run) return;
      report = next;
      onChange();
    }
    next = await ask("tune", { step: "end" });
    const { buffer } = await ask("tunedWeights");
    if (current !== run) return;
    tuned = buffer;
    report = next;
    enter("done");
  }

  return {
    get state() {
      return state;
    },
    get report() {
      return report;
    },
    /**
     * Fine-tunes a network; resolves when the run has ended or was reset.
     * @param {() => Promise<Input>} load  called when the previous run has settled
     * @param {Mode} mode
     */
    async start(load, mode) {
      const current = (run += 1);
      stopping = false;
      report = null;
      enter("loading");
      const learning = previous.then(() =>
        current === run ? learn(load, mode) : undefined,
      );
      previous = learning.catch(() => {});
      try {
        await learning;
      } catch (error) {
        if (current !== run) return;
        report = null;
        enter("idle");
        throw error;
      }
    },
    /** Ends the run; the network keeps what it has learned. */
    stop() {
      if (state === "loading") drop();
      stopping = true;
    },
    /** Forgets the run and its network. */
    reset() {
      tuned = null;
      drop();
    },
    /** If it learns to the last step; null before the first one. */
    get secondsLeft() {
      if (state !== "learning" || report === null || report.step === 0) return null;
      const perStep = (now() - startedAt) / report.step;
      return ((report.steps - report.step) * perStep) / 1000;
    },
    /** The fine-tuned network, once the run is done. @type {ArrayBuffer | null} */
    get weights() {
      return tuned;
    },
    /** The network as it is now. @returns {Promise<ArrayBuffer>} */
    async newest() {
      if (state === "learning") return (await ask("tunedWeights")).buffer;
      if (tuned === null) throw new Error(NOT_TAUGHT);
      return tuned.slice(0);
    },
  };
}
