/**
 * State machine of a training run in the lab worker: its state, its progress, its checkpoint
 * on this device, and the runs before it, to compare with. No DOM.
 *
 *   idle -> loading -> running <-> paused -> stopped
 */

import { fromWireError } from "../../worker/protocol.js";

/** @typedef {"idle" | "loading" | "running" | "paused" | "stopped"} State */
/** Hyperparameters by name, as in nnweb/page/lab/hyperparameters.py. @typedef {Record<string, string | number>} Choices */
/** Epochs, loss and accuracy. @typedef {[number, number, number]} Point */
/**
 * @typedef {object} About
 * @property {string} architecture
 * @property {number} parameters
 * @property {Choices} choices
 * @property {string} [loss]  function, as in nnweb/training/losses.py; earlier versions
 *   stored none
 * @property {number} examples
 * @property {number} validation
 */
/**
 * @typedef {object} Progress
 * @property {number} done  epochs, with the fraction of the current one
 * @property {number} epochs
 * @property {number} step
 * @property {boolean} finished
 * @property {Point} [point]  mean over the last slice
 * @property {Point[]} rows  validation results
 * @property {number} examples_per_second  0 before the first step
 * @property {number} [seconds_left]
 */
/** @typedef {{about: About, progress: Progress}} Begun */
/** Hyperparameters that were changed after so many epochs. @typedef {{done: number, choices: Choices}} Mark */
/** A run that another has followed. @typedef {Begun & {points: Point[], weights: ArrayBuffer}} Run */
/**
 * What is stored to resume a run.
 * @typedef {object} Saved
 * @property {ArrayBuffer} checkpoint
 * @property {About} about
 * @property {Point[]} points
 * @property {Mark[]} [marks]  earlier versions stored none
 * @property {number} done
 * @property {number} when  Date.now()
 */

const STORE = "trainings";
const KEY = "last";
const SAVE_EVERY_MS = 4000;
/** Maximum number of points in a chart; beyond it, neighbours are averaged in pairs. */
const MAX_POINTS = 600;
/** Maximum number of earlier runs; chart.js has dashes for as many. */
const MAX_EARLIER = 2;

/** Errors that mean invalid hyperparameters. */
const REFUSALS = ["TrainingError", "ShapeError", "WeightsError"];

/**
 * @param {Pick<typeof import("../worker/client.js"), "ask" | "listen">} worker
 * @param {Pick<typeof import("../../shell/storage.js"), "read" | "write" | "remove">} storage
 * @param {object} events
 * @param {() => void} events.onChange  called after any change
 * @param {(error: unknown) => void} events.onError  the run has stopped, or did not start
 * @param {(error: unknown) => void} events.onUnsaved  the run continues, but is not stored
 */
export function createTraining({ ask, listen }, storage, { onChange, onError, onUnsaved }) {
  let state = /** @type {State} */ ("idle");
  let about = /** @type {About | null} */ (null);
  let progress = /** @type {Progress | null} */ (null);
  let points = /** @type {Point[]} */ ([]);
  let marks = /** @type {Mark[]} */ ([]);
  let earlier = /** @type {Run[]} */ ([]);
  let loaded = { loaded: 0, total: 0 };
  /** Of the loading run: the state before it. */
  let before = state;
  /**
   * The run that the worker drops for the loading one, if it has trained; null until the
   * worker is asked to begin. @type {Run[] | null}
   */
  let replaced = null;
  let hasFailed = false; // the current run, which cannot go on
  let savedAt = -Infinity;
  /** The last checkpoint, for when it cannot be stored. @type {Saved | undefined} */
  let kept;
  let saving = Promise.resolve();
  let run = 0; // number of the current run; replies to an earlier one are dropped

  listen((message) => {
    if (message.type === "data" && state === "loading") {
      loaded = message;
      onChange();
    }
    // also of the slice that was running when the run was paused or stopped
    const isOfRun = state !== "idle" && state !== "loading";
    if (message.type === "trained" && isOfRun) update(message.progress);
    if (message.type === "broken" && isOfRun) end(fromWireError(message.error));
    if (message.type === "dead" && state !== "idle") {
      run += 1; // what the worker was asked for fails too, which is no news
      if (state === "loading") leaveRun();
      about = null; // the worker held the network
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
    hasFailed = true;
    enter("stopped");
    onError(error);
  }

  /**
   * Sends a request of the current run; undefined if it failed or the run has been reset.
   * @param {string} type
   * @param {(error: unknown) => void} onFailure
   * @returns {Promise<any>}
   */
  async function askOfRun(type, onFailure) {
    const current = run;
    try {
      const reply = await ask(type);
      if (current === run) return reply;
    } catch (error) {
      if (current === run) onFailure(error);
    }
  }

  /** @param {Progress} next */
  function update(next) {
    progress = next;
    if (next.point !== undefined) points.push(next.point);
    if (points.length > MAX_POINTS) points = thinned(points);
    if (next.finished) {
      state = "stopped";
      save();
    } else if (performance.now() - savedAt > SAVE_EVERY_MS) save();
    onChange();
  }

  /** Stores a checkpoint after the ones that are being stored. */
  function save() {
    savedAt = performance.now();
    const current = run;
    saving = saving
      .then(() => saveNow(current))
      .catch((error) => {
        if (current === run) onUnsaved(error);
      });
  }

  /** @param {number} current  the run to be stored */
  async function saveNow(current) {
    if (current !== run || about === null || progress === null) return;
    const facts = { about, points, marks, done: progress.done, when: Date.now() };
    const bytes = await ask("checkpoint");
    if (current !== run) return;
    /** @type {Saved} */
    const saved = { ...facts, checkpoint: bytes.buffer };
    kept = saved;
    await storage.write(STORE, [KEY, saved]);
  }

  /**
   * Starts or resumes a run, unless one is loading; whether that succeeded.
   * @param {() => Promise<Begun>} begin
   * @param {Pick<Saved, "points" | "marks">} [resumed]
   */
  async function load(begin, resumed = { points: [] }) {
    if (state === "loading") return false;
    const current = (run += 1);
    before = state;
    replaced = null;
    loaded = { loaded: 0, total: 0 };
    enter("loading");
    try {
      /** @type {Run[]} */
      const previous = [];
      if (about !== null && progress !== null && progress.step > 0) {
        const facts = { about, progress, points };
        previous.push({ ...facts, weights: (await ask("weights")).buffer });
        if (current !== run) return false; // stopped meanwhile: the worker keeps it
      }
      replaced = previous;
      const begun = await begin();
      if (current !== run) return false;
      leaveRun();
      ({ about, progress } = begun);
      ({ points, marks = [] } = resumed);
      savedAt = -Infinity; // the first slice tells whether the run can be stored
      enter("paused");
      return true;
    } catch (error) {
      if (current !== run) return false;
      // after a refusal the worker still has the previous run
      if (error instanceof Error && REFUSALS.includes(error.name)) replaced = null;
      endLoading();
      onError(error);
      return false;
    }
  }

  /** Ends loading without a new run: the previous one is back, unless the worker dropped it. */
  function endLoading() {
    if (replaced === null) return enter(before);
    leaveRun();
    enter("idle");
  }

  /** Leaves the run that the worker has dropped; it stays to compare with. */
  function leaveRun() {
    earlier = [...earlier, ...(replaced ?? [])].slice(-MAX_EARLIER);
    replaced = null;
    about = progress = null;
    points = [];
    marks = [];
    hasFailed = false;
  }

  /** Changes between two steps are one mark. @param {Choices} choices */
  function mark(choices) {
    const done = progress?.done ?? 0;
    const last = marks.at(-1);
    if (last?.done === done) last.choices = { ...last.choices, ...choices };
    else marks.push({ done, choices });
  }

  return {
    get state() {
      return state;
    },
    /** The network in training, or null. */
    get about() {
      return about;
    },
    get progress() {
      return progress;
    },
    get points() {
      return points;
    },
    get marks() {
      return marks;
    },
    /** The runs before this one, the last at the end. */
    get earlier() {
      return earlier;
    },
    /** Number of digits, while loading. */
    get loaded() {
      return loaded;
    },
    /** The run that can be resumed. @returns {Promise<Saved | undefined>} */
    saved: async () => kept ?? storage.read(STORE, KEY),
    forget() {
      kept = undefined;
      return storage.remove(STORE, KEY).catch(onUnsaved);
    },
    /**
     * Starts a new run, paused. Resolves with whether that succeeded.
     * @param {Choices} choices
     * @param {ArrayBuffer | undefined} shown  the weights file for start "shown"
     */
    start: (choices, shown) => load(() => ask("start", { choices, shown })),
    /** @param {Saved} saved */
    resume: (saved) => load(() => ask("resume", { checkpoint: saved.checkpoint }), saved),
    async go() {
      enter("running");
      await askOfRun("go", end);
    },
    async pause() {
      enter("paused");
      await askOfRun("pause", end);
      save();
    },
    /** Trains one step. */
    async step() {
      const next = await askOfRun("step", end);
      if (next === undefined) return;
      update(next);
      if (state === "paused") save();
    },
    /** Ends the run, whose network stays; of one that is loading there is none. */
    async stop() {
      if (state === "loading") {
        run += 1;
        endLoading();
        await ask("abandon").catch(onError);
        return;
      }
      enter("stopped");
      await askOfRun("abandon", onError);
      save();
    },
    /** Discards the run and its checkpoint, and the earlier runs. */
    async reset() {
      run += 1;
      leaveRun();
      earlier = [];
      enter("idle");
      // before the worker replies, because the page may be closed now; the storage keeps
      // the order of operations, and saves that have not started are of an earlier run
      const forgotten = this.forget();
      await ask("abandon").catch(onError);
      await forgotten;
    },
    /**
     * Changes hyperparameters that take effect immediately; of a run that has failed, nothing.
     * @param {Choices} choices
     */
    async change(choices) {
      if (hasFailed) return;
      const current = run;
      const next = await ask("change", { choices });
      if (current !== run) return;
      progress = next;
      if (about !== null) about.choices = { ...about.choices, ...choices };
      mark(choices);
      if (state === "stopped" && !progress?.finished) state = "paused";
      onChange();
    },
    /** The current network. @returns {Promise<ArrayBuffer>} */
    weights: async () => (await ask("weights")).buffer,
  };
}

/** Averages neighbours in pairs. @param {Point[]} points */
function thinned(points) {
  const half = /** @type {Point[]} */ ([]);
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [[x, a, b], [y, c, d]] = [points[i], points[i + 1]];
    half.push([(x + y) / 2, (a + c) / 2, (b + d) / 2]);
  }
  return half;
}
