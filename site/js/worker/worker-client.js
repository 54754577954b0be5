// @ts-check
/**
 * The page's end of the worker: a request goes in, a promise comes out that settles.
 * A worker that throws, cannot be read or falls silent is dead: all that wait for it are
 * rejected, and all that ask later, until `restart`.
 */

import { WORKERS, resolveUrl } from "../manifest.js";
import { AHEAD, fromWireError } from "./protocol.js";

/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").WireError} WireError */
/**
 * What is needed of a worker.
 * @typedef {Pick<Worker, "postMessage" | "addEventListener" | "terminate">} Made
 */
/** @typedef {{resolve: (value: any) => void, reject: (error: Error) => void}} Waiting */

const OWN = resolveUrl(WORKERS.python);

/** Seconds of silence, while something waits, after which a worker counts as dead. */
const PATIENCE_S = 60;

/** The worker is gone; a new one may do better. */
export class WorkerDeath extends Error {
  name = "WorkerDeath";
}

/** The browser lacks what is needed; trying again will not help. */
export class Unsupported extends Error {
  name = "Unsupported";
}

/**
 * Start a worker, which boots at once.
 * @param {object} options
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {(death: WorkerDeath) => void} [options.onDeath]  once for each dead worker
 * @param {string | URL} [options.url]  the worker's module
 * @param {(url: string | URL, name: string) => Made} [options.make]  how it comes to be
 * @param {number} [options.patience]  seconds, see above
 * @param {boolean} [options.compiles]  whether this page's policy lets it do so
 */
export function createEngine({
  onProgress = () => {},
  onDeath = () => {},
  url = OWN,
  make = newModuleWorker,
  patience = PATIENCE_S,
  compiles = true,
}) {
  /** @type {Map<number, Waiting>} */
  const waiting = new Map();
  let lastId = 0;
  let quietSeconds = 0;
  let booted = false;
  let bootFailed = false;
  /** @type {Made | null} */
  let worker = null;
  let death = new WorkerDeath("it was never started");
  /** @type {{page: number[], worker: number[]}}  bytes: come, in all */
  let downloads;
  /** @type {boolean}  is the worker, with all that it downloads */
  let alone;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watchdog;

  function restart() {
    retire(new WorkerDeath("it was replaced by a new one"));
    downloads = { page: [0, 0], worker: [0, 0] };
    alone = url !== OWN;
    const fresh = make(url, url === OWN ? AHEAD : "nnweb");
    fresh.addEventListener("message", ({ data }) => fresh === worker && receive(data));
    fresh.addEventListener("messageerror", () => {
      die(fresh, "it sent what cannot be read");
    });
    fresh.addEventListener("error", (event) => {
      event.preventDefault(); // it is told in words
      die(fresh, event.message || "its program could not be loaded");
    });
    worker = fresh;
    // seconds are counted, not measured: a laptop that slept for an hour counts one
    watchdog = setInterval(() => {
      quietSeconds = waiting.size === 0 ? 0 : quietSeconds + 1;
      if (quietSeconds > patience) die(fresh, `no sign of life for ${patience} s`);
    }, 1000);
    if (url === OWN) helpToStart(fresh);
  }

  /** @param {Made} fresh */
  async function helpToStart(fresh) {
    /** @type {import("./protocol.js").Report} */
    const report = (_, loaded = 0, total = 0) => {
      if (fresh !== worker) return;
      quietSeconds = 0;
      progress("page", loaded, total);
    };
    /** @param {string} type  @param {object} payload  @param {Transferable[]} transfer */
    const send = (type, payload, transfer) => {
      if (fresh === worker) ask(type, payload, transfer).catch(() => {});
    };
    try {
      const { fetchAhead } = await import("../boot/prefetch.js"); // after the worker
      fetchAhead(report, compiles, (file, transfer) => {
        if (file.error !== undefined) alone = true; // it goes another way
        send("ahead", file, transfer);
      });
    } catch {
      alone = true;
      send("alone", {}, []);
    }
  }

  /** @param {Reply | Progress} message */
  function receive(message) {
    quietSeconds = 0;
    if ("type" in message) {
      const { stage, loaded, total } = message;
      booted ||= stage === "model";
      if (stage === "download") progress("worker", loaded, total);
      else onProgress(message);
      return;
    }
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) request?.resolve(message.value);
    else refuse(request, message.error);
  }

  /**
   * Of the downloads of both, which are one to whoever waits, once both are known.
   * @param {"page" | "worker"} whose  @param {number} come  @param {number} inAll
   */
  function progress(whose, come, inAll) {
    downloads[whose] = [come, inAll];
    const { page, worker: own } = downloads;
    if (!alone && (page[1] === 0 || own[1] === 0)) return;
    const [loaded, total] = [page[0] + own[0], page[1] + own[1]];
    onProgress({ type: "progress", stage: "download", loaded, total });
  }

  /** @param {Waiting | undefined} request  @param {WireError} error */
  function refuse(request, error) {
    bootFailed = !booted;
    const fatal = error.name === "FatalError";
    request?.reject(fatal ? new WorkerDeath(error.message) : fromWireError(error));
    if (fatal && worker !== null) die(worker, error.message);
  }

  /** @param {Made} which  @param {string} reason */
  function die(which, reason) {
    if (which !== worker) return;
    const last = new WorkerDeath(reason);
    retire(last);
    onDeath(last);
  }

  /** @param {WorkerDeath} reason */
  function retire(reason) {
    clearInterval(watchdog);
    worker?.terminate();
    worker = null;
    booted = bootFailed = false;
    quietSeconds = 0;
    death = reason;
    for (const request of waiting.values()) request.reject(reason);
    waiting.clear();
  }

  /**
   * @param {string} type
   * @param {object} payload
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>}
   */
  function ask(type, payload, transfer = []) {
    return new Promise((resolve, reject) => {
      if (worker === null) return reject(death);
      const id = (lastId += 1);
      worker.postMessage({ id, type, ...payload }, transfer);
      waiting.set(id, { resolve, reject });
    });
  }

  restart();
  return {
    /** Whether there is a worker that Python runs in, or may yet. */
    get usable() {
      return worker !== null && !bootFailed;
    },
    /**
     * Put another network in use; the one before stays if this one is refused.
     * @param {ArrayBuffer} weights  copied
     * @param {string} [place]  of several networks
     * @returns {Promise<Description>}
     */
    open: (weights, place = "") => ask("open", { weights, place }),
    /**
     * @param {Picture} picture  its pixels are transferred: gone from here
     * @param {string} [place]  of the network
     * @returns {Promise<Answer>}
     */
    recognize: (picture, place = "") =>
      ask("recognize", { ...picture, place }, [picture.pixels]),
    /**
     * How Python was started, once it is.
     * @returns {Promise<import("./protocol.js").Diagnosis>}
     */
    diagnose: () => ask("diagnose", {}),
    /**
     * Have all of Python there, not only what the page itself needs.
     * @returns {Promise<void>}
     */
    complete: () => ask("complete", {}),
    /** For workers that serve more than this: any request, and its answer. */
    ask,
    /** Replace the worker, dead or alive. */
    restart,
    /** End the worker for good. */
    dispose: () => retire(new WorkerDeath("it was closed")),
  };
}

/** @param {string | URL} url  @param {string} name */
function newModuleWorker(url, name) {
  if (typeof WebAssembly !== "object") throw new Unsupported("WebAssembly");
  if (typeof Worker !== "function") throw new Unsupported("web workers");
  let asked = false;
  const options = {
    name,
    /** A browser without module workers never asks for it. */
    get type() {
      asked = true;
      return /** @type {const} */ ("module");
    },
  };
  const worker = new Worker(url, options);
  if (asked) return worker;
  worker.terminate();
  throw new Unsupported("module workers");
}
