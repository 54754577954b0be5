// @ts-check
/**
 * A page's end of a worker: sends requests and notifications, and knows whether the
 * worker is alive. One that throws, breaks a message, or falls silent while a request is
 * pending is dead: every pending and later request rejects, until `restart`. A refused
 * request changes nothing.
 */

import { fromWireError } from "./protocol.js";

/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").Notification} Notification */
/** @typedef {Pick<Worker, "postMessage" | "addEventListener" | "terminate">} WorkerLike */
/** @typedef {{resolve: (value: any) => void, reject: (error: Error) => void}} Pending */

/** Seconds of silence, while a request is pending, after which a worker is dead. */
const PATIENCE_S = 60;

/** The worker is dead; another one may do better. */
export class WorkerDeath extends Error {
  name = "WorkerDeath";
}

/**
 * Start a worker.
 * @param {object} options
 * @param {() => WorkerLike} options.createWorker  factory, called at each start
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {(notification: Notification) => void} [options.onNotification]
 * @param {(death: WorkerDeath) => void} [options.onDeath]  once for each dead worker
 * @param {() => boolean} [options.canRelaunch]  asked when a worker fails before it has
 *   said anything: whether `createWorker` would now create one of another kind, which
 *   then gets all messages
 * @param {number} [options.patience]  seconds, see above
 */
export function createWorkerClient({
  createWorker,
  onProgress = () => {},
  onNotification = () => {},
  onDeath = () => {},
  canRelaunch,
  patience = PATIENCE_S,
}) {
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  let lastId = 0;
  let quietSeconds = 0;
  /** Null while dead. @type {WorkerLike | null} */
  let worker = null;
  /**
   * Messages for a worker that has said nothing yet, which may be replaced.
   * @type {[object, Transferable[]][] | null}
   */
  let outbox = null;
  /** Why it is dead. @type {Error} */
  let reason = new WorkerDeath("it was never started");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watchdog;

  function restart() {
    retire(new WorkerDeath("it was replaced by a new one"));
    outbox = canRelaunch === undefined ? null : [];
    launch();
    // seconds are counted, not measured: a laptop that slept for an hour counts one
    watchdog = setInterval(() => {
      quietSeconds = pending.size === 0 ? 0 : quietSeconds + 1;
      if (quietSeconds > patience) die(worker, `no sign of life for ${patience} s`);
    }, 1000);
  }

  function launch() {
    const fresh = createWorker();
    fresh.addEventListener("message", ({ data }) => fresh === worker && receive(data));
    fresh.addEventListener("messageerror", () => {
      die(fresh, "it sent a message that cannot be read");
    });
    fresh.addEventListener("error", (event) => {
      event.preventDefault(); // the page shows it in its own words
      if (fresh === worker && outbox !== null && canRelaunch?.()) return launch();
      die(fresh, event.message || "its program could not be loaded");
    });
    worker = fresh;
  }

  /** @param {object} message  @param {Transferable[]} transfer */
  function post(message, transfer) {
    if (outbox === null) worker?.postMessage(message, transfer);
    else outbox.push([message, transfer]);
  }

  /** @param {Reply | Progress | Notification} message */
  function receive(message) {
    quietSeconds = 0;
    const held = outbox ?? [];
    outbox = null;
    for (const [each, transfer] of held) post(each, transfer);
    if (!("type" in message)) return settle(message);
    if (message.type === "serving") return;
    if (message.type === "progress") onProgress(/** @type {Progress} */ (message));
    else if (message.type === "bootFailed") retire(fromWireError(message.error));
    else onNotification(message);
  }

  /** @param {Reply} reply */
  function settle(reply) {
    const request = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.ok) return request?.resolve(reply.value);
    const { error } = reply;
    if (error.name !== "FatalError") return request?.reject(fromWireError(error));
    request?.reject(new WorkerDeath(error.message));
    if (worker !== null) die(worker, error.message); // Python is beyond repair
  }

  /** @param {WorkerLike | null} which  @param {string} why */
  function die(which, why) {
    if (which === null || which !== worker) return;
    const death = new WorkerDeath(why);
    retire(death);
    onDeath(death);
  }

  /** @param {Error} why */
  function retire(why) {
    clearInterval(watchdog);
    worker?.terminate();
    worker = null;
    quietSeconds = 0;
    reason = why;
    for (const request of pending.values()) request.reject(why);
    pending.clear();
  }

  restart();
  return {
    /** Whether there is a worker whose Python runs, or may yet start. */
    get alive() {
      return worker !== null;
    },
    /**
     * Send a request; the promise settles whatever becomes of the worker.
     * @param {string} type
     * @param {object} [payload]
     * @param {Transferable[]} [transfer]
     * @returns {Promise<any>}
     */
    request(type, payload = {}, transfer = []) {
      return new Promise((resolve, reject) => {
        if (worker === null) return reject(reason);
        const id = (lastId += 1);
        post({ id, type, ...payload }, transfer);
        pending.set(id, { resolve, reject });
      });
    },
    /**
     * Send a message without a reply; lost if the worker is dead.
     * @param {string} type
     * @param {object} [payload]
     * @param {Transferable[]} [transfer]
     */
    notify(type, payload = {}, transfer = []) {
      if (worker !== null) post({ type, ...payload }, transfer);
    },
    /** The page did something for the worker, which may be quiet meanwhile. */
    assisted() {
      quietSeconds = 0;
    },
    /** Replace the worker, dead or alive. */
    restart,
    /** End the worker for good. */
    dispose: () => retire(new WorkerDeath("it was closed")),
  };
}
