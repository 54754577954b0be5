// @ts-check
/**
 * The page's end of the workshop: a worker that always has the network in use, and the
 * edits that were good; and that is ended when somebody's code does not end.
 */

import { WORKERS, resolveUrl } from "../../manifest.js";
import { createWorkerClient, newModuleWorker } from "../../worker/worker-client.js";
import * as words from "./text.js";

/** @typedef {import("../../worker/protocol.js").Answer} Answer */
/** What a piece of source is, and its text. @typedef {[string, string]} Piece */
/** A traceback, and the last line of it that is theirs (0: none). @typedef {{text: string, line: number}} Fault */
/**
 * One of the two is there; and what the person's own code printed.
 * @typedef {{answer?: Answer, fault?: Fault, printed: string}} Recognized
 */
/**
 * One call of a function.
 * @typedef {object} Call
 * @property {string} name  as "Dense.forward"
 * @property {number} parent  the call that it was made by, or -1
 * @property {boolean} main  whether a short list has it
 * @property {number} layer  its place in the network; 0 for what is no layer
 * @property {number[]} shape  of the array that it gave; [] for none
 * @property {number} greatest  number of that array, or -1
 * @property {boolean} edited
 */
/** @typedef {{calls: Call[], labels: string[]}} Ran */
/**
 * One call, line by line.
 * @typedef {object} Shown
 * @property {string} key  to edit it by; "" if it is not to be
 * @property {string} file
 * @property {number} first  number of the first line
 * @property {Piece[][]} lines
 * @property {[number, string][]} ran  lines that ran, and what each changed
 * @property {number[]} made  first and last line of what made the chosen number
 * @property {number[]} place  of that number
 * @property {number} value  of it; not a number if there is none
 * @property {boolean} edited
 */
/**
 * @typedef {object} Done
 * @property {string} echo  the value of the last line
 * @property {number} cut  characters that were printed and not told
 * @property {Fault | undefined} fault
 * @property {string[]} changed  what is not as we made it
 */
/** @typedef {{begin: number, names: string[]}} Suggestion */
/** @typedef {import("../lab.js").Page} Page */

/** Milliseconds that an edited function may take; Python itself ends it before, if it can. */
const LIMIT_MS = 4000;
/** Seconds: what is typed may run as long as it likes, there is a button. */
const PATIENCE_S = 86_400;

/** Somebody's code did not end. */
export class Endless extends Error {
  name = "Endless";
}

/**
 * @param {Page} page
 * @param {object} told
 * @param {(message: any) => void} told.onMessage  that the worker tells unasked
 * @param {() => void} told.onDeath  all names are gone; what was good comes back
 */
export function createDesk(page, { onMessage, onDeath }) {
  /** @type {Map<string, string>} */
  const edits = new Map(); // by key, that were found good
  /** @type {Promise<void> | null} */
  let opened = null;
  let isOpen = false; // that is over
  let typed = false; // what somebody typed is running

  const worker = createWorkerClient({
    createWorker: () => newModuleWorker(resolveUrl(WORKERS.playground)),
    onProgress: onMessage,
    onNotification: onMessage,
    onDeath: () => {
      close();
      onDeath();
    },
    patience: PATIENCE_S,
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
    for (const [key, text] of edits) await worker.request("edit", { key, text });
  }

  /**
   * @param {string} type
   * @param {object} [payload]
   * @returns {Promise<any>}
   */
  async function ask(type, payload = {}) {
    for (let mine = null; mine !== opened || mine === null; ) {
      mine = opened ??= open(); // another network may come meanwhile
      try {
        await mine;
      } catch (error) {
        if (mine === opened) close();
        throw error;
      }
    }
    isOpen = true;
    return worker.request(type, payload);
  }

  /**
   * As `ask`, of what runs somebody's function: within a time.
   * @param {string} type
   * @param {object} [payload]
   */
  async function askInTime(type, payload = {}) {
    await ask("changed"); // to start, and to open, may take longer
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        const reason = new Endless(words.endless(LIMIT_MS / 1000));
        edits.clear(); // one of them it must be
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

  function restart() {
    close();
    worker.restart();
  }

  return {
    ask,
    askInTime,
    restart,
    edits,
    /** Whether what somebody typed is running: who asks now waits for its end. */
    get busy() {
      return typed;
    },
    /** Whether who asks now is answered at once. */
    get ready() {
      return isOpen && !typed;
    },
    /** @param {object} payload  @returns {Promise<import("./client.js").Done>} */
    async run(payload) {
      typed = true;
      try {
        return await ask("run", payload);
      } finally {
        typed = false;
      }
    },
    /**
     * An edit, which stays if it is good.
     * @param {string} key
     * @param {string} text
     * @returns {Promise<Fault | undefined>}
     */
    async edit(key, text) {
      const fault = await askInTime("edit", { key, text });
      if (fault === undefined) edits.set(key, text);
      return fault;
    },
    /** Bring ours back. @param {string} [key] */
    async reset(key = "") {
      if (key === "") edits.clear();
      else edits.delete(key);
      await ask("reset", { key });
    },
  };
}
