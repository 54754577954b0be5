// @ts-check
/**
 * One training in the lab's worker, as the page sees it: which state it is in, how far it
 * has come, and its checkpoint on this device. No DOM.
 *
 *   idle -> loading -> running <-> paused -> stopped
 */

import { ask, listen } from "../worker/client.js";
import * as store from "../storage.js";

/** @typedef {"idle" | "loading" | "running" | "paused" | "stopped"} State */
/** @typedef {Record<string, string | number>} Choices  as nnweb/page/lab/hyperparameters.py has them */
/**
 * @typedef {object} About
 * @property {string} architecture
 * @property {number} parameters
 * @property {Choices} choices
 * @property {number} examples
 * @property {number} validation
 */
/**
 * @typedef {object} Progress
 * @property {number} done  epochs, and the share of the one that goes on
 * @property {number} epochs
 * @property {number} step
 * @property {boolean} finished
 * @property {[number, number, number]} [point]  epochs, loss and accuracy, of a slice
 * @property {[number, number, number][]} rows  epochs, loss and accuracy, validated
 * @property {number} examples_per_second  0 before any
 * @property {number} [seconds_left]
 */
/** @typedef {{about: About, progress: Progress}} Begun */
/**
 * What is kept of a training, to take it up again.
 * @typedef {object} Saved
 * @property {ArrayBuffer} checkpoint
 * @property {About} about
 * @property {[number, number, number][]} points
 * @property {number} done
 * @property {number} when  as Date has it
 */

const DRAWER = "trainings";
const KEY = "last";
const SAVE_EVERY_MS = 4000;
/** Points on a chart; where there are more, two neighbours become one. */
const MOST_POINTS = 600;

/** Errors of a choice that cannot be meant. */
const REFUSALS = ["TrainingError", "ShapeError", "WeightsError"];

/** What was left of a training the last time, or undefined. @returns {Promise<Saved | undefined>} */
export const saved = () => store.read(DRAWER, KEY);

/** Throw away what was left. */
export const forget = () => store.remove(DRAWER, KEY);

/**
 * @param {object} events
 * @param {() => void} events.onChange  of anything below
 * @param {(error: unknown) => void} events.onError  the training has stopped, or not begun
 * @param {(error: unknown) => void} events.onUnsaved  it goes on, but is not kept
 */
export function createTraining({ onChange, onError, onUnsaved }) {
  /** @type {State} */
  let state = "idle";
  /** @type {About | null} */
  let about = null;
  /** @type {Progress | null} */
  let progress = null;
  /** @type {[number, number, number][]} */
  let points = [];
  let loaded = { loaded: 0, total: 0 };
  let savedAt = 0;
  let saving = Promise.resolve();
  let round = 0; // of start, resume and reset: what belongs to an earlier one is dropped

  listen((message) => {
    if (message.type === "data" && state === "loading") {
      loaded = message;
      onChange();
    }
    if (message.type === "trained" && state === "running") take(message.progress);
    if (message.type === "broken" && state === "running") end(message.error);
    if (message.type === "dead" && state !== "idle") {
      about = null; // with the worker went the network
      enter("idle");
      onError(message.error);
    }
  });

  /** @param {State} next */
  function enter(next) {
    state = next;
    onChange();
  }

  /** @param {unknown} error */
  function end(error) {
    enter("stopped");
    onError(error);
  }

  /** @param {Progress} next */
  function take(next) {
    progress = next;
    if (next.point !== undefined) points.push(next.point);
    if (points.length > MOST_POINTS) points = thinned(points);
    if (next.finished) {
      state = "stopped";
      save();
    } else if (performance.now() - savedAt > SAVE_EVERY_MS) save();
    onChange();
  }

  /** Keep a checkpoint, one after the other. */
  function save() {
    savedAt = performance.now();
    const ours = round;
    saving = saving.then(() => saveNow(ours)).catch(onUnsaved);
  }

  /** @param {number} ours  the round that it is for */
  async function saveNow(ours) {
    if (ours !== round || about === null || progress === null) return;
    const kept = { about, points, done: progress.done, when: Date.now() };
    const bytes = await ask("checkpoint");
    if (ours !== round) return;
    /** @type {Saved} */
    const whole = { ...kept, checkpoint: bytes.buffer };
    await store.write(DRAWER, [KEY, whole]);
  }

  /**
   * @param {() => Promise<Begun>} begin
   * @param {[number, number, number][]} before  points of an earlier sitting
   */
  async function load(begin, before) {
    const ours = (round += 1);
    const earlier = state;
    loaded = { loaded: 0, total: 0 };
    enter("loading");
    try {
      const begun = await begin();
      if (ours !== round) return false;
      ({ about, progress } = begun);
      points = before;
      enter("paused");
      return true;
    } catch (error) {
      if (ours !== round) return false;
      // what Python refuses leaves the training that was there; else it is gone
      const refused = error instanceof Error && REFUSALS.includes(error.name);
      if (!refused) about = null;
      enter(refused ? earlier : "idle");
      onError(error);
      return false;
    }
  }

  return {
    get state() {
      return state;
    },
    /** What is trained, or null. */
    get about() {
      return about;
    },
    get progress() {
      return progress;
    },
    get points() {
      return points;
    },
    /** Digits that have come, while it is loading. */
    get loaded() {
      return loaded;
    },
    /**
     * Begin anew; resolves once it could run. Whether it can.
     * @param {Choices} choices
     * @param {ArrayBuffer | undefined} shown  weights to start from, if they say so
     */
    start: (choices, shown) => load(() => ask("start", { choices, shown }), []),
    /** @param {Saved} kept */
    resume: (kept) =>
      load(() => ask("resume", { checkpoint: kept.checkpoint }), kept.points),
    async go() {
      enter("running");
      await ask("go").catch(end);
    },
    async pause() {
      enter("paused");
      await ask("pause").catch(end);
      save();
    },
    /** One step, and then rest. */
    async step() {
      try {
        take(await ask("step"));
        if (state === "paused") save();
      } catch (error) {
        end(error);
      }
    },
    /** It is enough; the network stays as it is now. */
    async stop() {
      if (state === "loading") return this.reset();
      enter("stopped");
      await ask("abandon").catch(onError);
      save();
    },
    /** As if there had been none. */
    async reset() {
      round += 1;
      about = progress = null;
      points = [];
      enter("idle");
      // at once, whatever the worker is at: the page may be left right after. What is
      // being written comes before it, and what is not written yet is of an earlier round
      const forgotten = forget().catch(onUnsaved);
      await ask("abandon").catch(onError);
      await forgotten;
    },
    /** Other choices, of those that act at once. @param {Choices} choices */
    async change(choices) {
      progress = await ask("change", { choices });
      if (about !== null) about.choices = { ...about.choices, ...choices };
      if (state === "stopped" && !progress?.finished) state = "paused";
      onChange();
    },
    /** The network as it is now. @returns {Promise<ArrayBuffer>} */
    weights: async () => (await ask("weights")).buffer,
  };
}

/**
 * Half as many points, each the mean of two.
 * @param {[number, number, number][]} points
 */
function thinned(points) {
  /** @type {[number, number, number][]} */
  const half = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [[x, a, b], [y, c, d]] = [points[i], points[i + 1]];
    half.push([(x + y) / 2, (a + c) / 2, (b + d) / 2]);
  }
  return half;
}
