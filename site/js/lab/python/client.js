/**
 * The Python panel's end of its worker, which always has the network in use and the edits
 * that were accepted. A worker whose edited code does not return is restarted.
 */

import { WORKERS, resolveUrl } from "../../manifest.js";
import {
  checkScript,
  newInheritingWorker,
  policyForbidsBlobs,
} from "../../worker/module-worker.js";
import { createWorkerClient, WorkerDeath } from "../../worker/worker-client.js";
import { reportSlow } from "../slow-notice.js";
import * as words from "./text.js";

/** @import { Answer } from "../../worker/protocol.js" */
/** @import { Page } from "../lab.js" */
/** What a piece of source is, and its text. @typedef {[string, string]} Piece */
/** A traceback, and its last line in the person's code (0: none). @typedef {{text: string, line: number}} Fault */
/**
 * Either an answer or a fault, and what the person's code printed.
 * @typedef {{answer?: Answer, fault?: Fault, printed: string}} Recognized
 */
/**
 * One call of a function.
 * @typedef {object} Call
 * @property {string} name  as "Dense.forward"
 * @property {number} parent  the call that it was made by, or -1
 * @property {boolean} main  whether the short list shows it
 * @property {number} layer  its index in the network; 0 if it is not a layer's
 * @property {number[]} shape  of the array that it returned; [] for none
 * @property {number} greatest  number of that array, or -1
 * @property {boolean} edited
 */
/** @typedef {{calls: Call[], labels: string[]}} Ran */
/**
 * One call, line by line.
 * @typedef {object} Shown
 * @property {string} key  for editing it; "" if it cannot be edited
 * @property {string} file
 * @property {number} first  number of the first line
 * @property {Piece[][]} lines
 * @property {[number, string][]} ran  lines that ran, and what each of them changed
 * @property {number[]} made  first and last line of the code that computed the chosen number
 * @property {number[]} place  of that number
 * @property {number} value  of that number; NaN for none
 * @property {boolean} edited
 */
/**
 * @typedef {object} Done
 * @property {string} echo  the value of the last line
 * @property {number} cut  printed characters that were left out
 * @property {Fault | undefined} fault
 * @property {string[]} changed  keys of the functions that are edited
 */
/** @typedef {{begin: number, names: string[]}} Suggestion */
/**
 * An array: its shape, (N, H, W) or (count,), and its values as base64 of an Int8Array, 127
 * for the largest magnitude; or the numbers of a chart.
 * @typedef {{shape: number[], shares: string, low: number, high: number}} ImageFigure
 * @typedef {{values: number[], labels: string[]}} ChartFigure
 * @typedef {ImageFigure | ChartFigure} Figure
 */

/** Milliseconds that an edited function may take; Python's own limit is lower. */
const LIMIT_MS = 4000;

/** Edited code did not return in time. */
export class Endless extends Error {
  name = "Endless";
}

/**
 * @param {Page} page
 * @param {object} events
 * @param {(message: any) => void} events.onMessage  progress and notifications
 * @param {(byEdit: boolean) => void} events.onDeath  all variables are lost; accepted edits
 *   are applied again, unless one of them was the cause
 */
export function createPlaygroundClient(page, { onMessage, onDeath }) {
  const edits = /** @type {Map<string, string>} */ (new Map()); // accepted, by key
  let unfit = /** @type {string[]} */ ([]);
  let opened = /** @type {Promise<void> | null} */ (null);
  let isOpen = false; // `opened` is fulfilled
  let typedRuns = false;
  let typedSent = false; // to the worker: a button stops it

  const worker = createWorkerClient({
    createWorker: () => newInheritingWorker(resolveUrl(WORKERS.playground.file)),
    check: () => checkScript(WORKERS.playground),
    canRelaunch: policyForbidsBlobs,
    onProgress: onMessage,
    onNotification: onMessage,
    onDeath() {
      const byEdit = !typedSent && edits.size > 0;
      if (byEdit) edits.clear();
      end();
      onDeath(byEdit);
    },
    onSlow: reportSlow,
    mayBeSilent: () => typedSent,
  });
  page.onNetwork(close);

  function close() {
    opened = null;
    isOpen = false;
  }

  async function open() {
    if (!worker.alive) worker.restart();
    const weights = await page.source().read(() => {});
    await worker.request("open", { weights });
    unfit = [];
    // each is tried without those that come after it
    for (const key of edits.keys()) await worker.request("reset", { key });
    for (const [key, text] of edits) {
      const fault = await worker.request("edit", { key, text });
      if (fault !== undefined) unfit.push(key);
    }
  }

  /** Resolves when the worker has the network in use and the edits. */
  async function whenOpen() {
    for (let mine = null; mine !== opened || mine === null; ) {
      mine = opened ??= open(); // another network may be chosen meanwhile
      try {
        await mine;
      } catch (error) {
        if (mine === opened) close();
        throw error;
      }
    }
    isOpen = true;
  }

  /** @param {string} type  @param {object} [payload]  @returns {Promise<any>} */
  async function ask(type, payload = {}) {
    await whenOpen();
    return worker.request(type, payload);
  }

  /**
   * As `ask`, for requests that run edited code: with a time limit.
   * @param {string} type
   * @param {object} [payload]
   */
  async function askInTime(type, payload = {}) {
    await ask("changed"); // starting and opening may take longer
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        const reason = new Endless(words.fill(words.ENDLESS, { seconds: LIMIT_MS / 1000 }));
        if (type !== "edit") edits.clear(); // one of them is the cause, not the one tried
        reject(reason);
        restart();
      }, LIMIT_MS);
    });
    try {
      return await Promise.race([ask(type, payload), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The worker has ended, and with it what was typed. */
  function end() {
    close();
    typedRuns = typedSent = false;
  }

  function restart() {
    end();
    worker.restart();
  }

  return {
    ask,
    askInTime,
    restart,
    /** Keys of edits that fail with the network in use; they wait for another. */
    get unfit() {
      return unfit;
    },
    /** Whether typed code is running, for which every request waits. */
    get busy() {
      return typedRuns;
    },
    /** Whether a request would be answered at once. */
    get ready() {
      return isOpen && !typedRuns;
    },
    /** @param {object} payload  @returns {Promise<Done>} */
    async run(payload) {
      typedRuns = true;
      try {
        await whenOpen();
        typedSent = true;
        return await worker.request("run", payload);
      } catch (error) {
        // what the page itself needs of Python has been changed
        if (typedSent && worker.alive && !(error instanceof WorkerDeath)) {
          restart();
          onDeath(false);
        }
        throw error;
      } finally {
        typedRuns = typedSent = false;
      }
    },
    /**
     * Apply an edit, and keep it if it is accepted.
     * @param {string} key
     * @param {string} text
     * @returns {Promise<Fault | undefined>}
     */
    async edit(key, text) {
      const fault = await askInTime("edit", { key, text });
      if (fault === undefined) edits.set(key, text);
      return fault;
    },
    /** Restore the original code. @param {string} [key]  all of it if "" */
    async reset(key = "") {
      if (key === "") edits.clear();
      else edits.delete(key);
      await ask("reset", { key });
    },
  };
}
