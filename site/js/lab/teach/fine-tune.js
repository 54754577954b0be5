// @ts-check
/**
 * One lesson in the lab's worker, as the page sees it. No DOM.
 *
 *   idle -> loading -> learning -> done; from anywhere back to idle
 */

import { ask } from "../worker/client.js";

/** @typedef {import("../../worker/protocol.js").Picture} Picture */
/** @typedef {"idle" | "loading" | "learning" | "done"} State */
/** @typedef {"careful" | "hard"} Manner  as nnweb/page/lab/fine_tune.py has them */
/**
 * What a network makes of the drawings, and of the validation digits.
 * @typedef {object} Marks
 * @property {number[]} answers  to each drawing, -1 for "not a digit"
 * @property {number} right
 * @property {number} accuracy  of the validation digits
 * @property {number} refused  share of them that is taken for none
 */
/**
 * @typedef {object} Report
 * @property {number} step
 * @property {number} steps  at most
 * @property {boolean} finished
 * @property {number} drawings
 * @property {number} digits  that it is judged on
 * @property {Marks} before
 * @property {Marks} [after]
 */
/** @typedef {{label: string, picture: Picture}} Example */

/** @param {() => void} onChange  of anything below */
export function createLesson(onChange) {
  /** @type {State} */
  let state = "idle";
  /** @type {Report | null} */
  let report = null;
  let round = 0; // what belongs to an earlier one is dropped
  let enough = false;

  /** @param {State} next */
  function enter(next) {
    state = next;
    onChange();
  }

  /**
   * @param {ArrayBuffer} weights
   * @param {Example[]} examples
   * @param {Manner} manner
   */
  async function steps(weights, examples, manner) {
    const ours = round;
    await ask("teach", { weights, manner });
    for (const { picture, label } of examples) {
      await ask("drawing", { picture, label }, [picture.pixels]);
    }
    let now = await ask("lesson", { do: "begin" });
    if (ours !== round) return;
    report = now;
    enter("learning");
    while (!now.finished) {
      if (enough) break;
      now = await ask("lesson", { do: "run" });
      if (ours !== round) return;
      report = now;
      onChange();
    }
    now = await ask("lesson", { do: "end" });
    if (ours !== round) return;
    report = now;
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
     * Teach a network some examples; resolves when the lesson is over, or was reset.
     * @param {ArrayBuffer} weights
     * @param {Example[]} examples
     * @param {Manner} manner
     */
    async teach(weights, examples, manner) {
      const ours = (round += 1);
      enough = false;
      report = null;
      enter("loading");
      try {
        await steps(weights, examples, manner);
      } catch (error) {
        if (ours !== round) return;
        report = null;
        enter("idle");
        throw error;
      }
    },
    /** It is enough: what was learned stays. */
    stop() {
      if (state === "loading") this.reset();
      enough = true;
    },
    /** As if there had been none. */
    reset() {
      round += 1;
      report = null;
      enter("idle");
    },
    /** The network as it is after it. @returns {Promise<ArrayBuffer>} */
    weights: async () => (await ask("taught")).buffer,
  };
}
