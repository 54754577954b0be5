/**
 * A page's end of a worker: sends requests and notifications, and knows whether the
 * worker is alive. One that throws, breaks a message, or falls silent while a request is
 * pending is dead: every pending and later request rejects, until `restart`. A refused
 * request changes nothing.
 */

import { DEAD_WORKER_S, SLOW_WORKER_S } from "../boot/timeouts.js";
import { fromWireError } from "./protocol.js";

/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").Notification} Notification */
/** @typedef {Pick<Worker, "postMessage" | "addEventListener" | "terminate">} WorkerLike */
/** @typedef {{resolve: (value: any) => void, reject: (error: Error) => void}} Pending */

/** The worker is dead; another one may do better. */
export class WorkerDeath extends Error {
  name = "WorkerDeath";
}

/**
 * Start a worker.
 * @param {object} options
 * @param {() => WorkerLike} options.createWorker  factory, called at each start
 * @param {() => Promise<boolean>} [options.check]  called at each start: whether the
 *   worker's program is the build's; false if a damaged one has been replaced meanwhile.
 *   Rejects, with what every request then rejects with, if there is none. Until it
 *   resolves, nothing that the worker sends is used
 * @param {(progress: Progress) => void} [options.onProgress]
 * @param {(notification: Notification) => void} [options.onNotification]
 * @param {(death: WorkerDeath) => void} [options.onDeath]  once for each dead worker
 * @param {() => boolean} [options.canRelaunch]  asked when a worker fails before it has
 *   said anything: whether `createWorker` would now create one of another kind, which
 *   then gets all messages
 * @param {(isSlow: boolean) => void} [options.onSlow]  whether a request has had no sign of
 *   life for SLOW_WORKER_S; called when that changes
 * @param {() => boolean} [options.mayBeSilent]  whether the worker may take as long as it
 *   likes, as while it runs a person's code
 */
export function createWorkerClient({
  createWorker,
  check = async () => true,
  onProgress = () => {},
  onNotification = () => {},
  onDeath = () => {},
  canRelaunch,
  onSlow = () => {},
  mayBeSilent = () => false,
}) {
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  let lastId = 0;
  let quietSeconds = 0; // while a request is pending
  /** Null while dead. @type {WorkerLike | null} */
  let worker = null;
  /**
   * Messages for a worker that has said nothing yet and may have to be replaced.
   * @type {[object, Transferable[]][] | null}
   */
  let outbox = null;
  /** Why it is dead. @type {Error} */
  let reason = new WorkerDeath("it was never started");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watchdog;

  function restart() {
    retire(new WorkerDeath("it was replaced by a new one"));
    outbox = [];
    launch();
    // seconds are counted, not measured: a laptop that slept for an hour counts one
    watchdog = setInterval(() => {
      if (pending.size === 0 || mayBeSilent()) return noteLife();
      quietSeconds += 1;
      if (quietSeconds === SLOW_WORKER_S) onSlow(true);
      if (quietSeconds > DEAD_WORKER_S) die(worker, `no sign of life for ${DEAD_WORKER_S} s`);
    }, 1000);
  }

  function noteLife() {
    if (quietSeconds >= SLOW_WORKER_S) onSlow(false);
    quietSeconds = 0;
  }

  function launch(isAgain = false) {
    const fresh = createWorker();
    const checked = check();
    checked.then(
      (isIntact) => isIntact || replace(fresh, isAgain),
      (error) => fresh === worker && retire(error),
    );
    /** @param {() => void} act */
    const onceChecked = (act) =>
      checked.then(
        (isIntact) => isIntact && fresh === worker && act(),
        () => {},
      );
    fresh.addEventListener("message", ({ data }) => onceChecked(() => receive(Object(data))));
    fresh.addEventListener("messageerror", () => {
      onceChecked(() => die(fresh, "it sent a message that cannot be read"));
    });
    fresh.addEventListener("error", (event) => {
      event.preventDefault(); // the page shows it in its own words
      if (fresh === worker && outbox !== null && canRelaunch?.()) return launch();
      onceChecked(() => die(fresh, event.message || "its program could not be loaded"));
    });
    worker = fresh;
  }

  /** Start a worker again whose program was damaged. @param {WorkerLike} damaged  @param {boolean} isAgain */
  function replace(damaged, isAgain) {
    if (damaged !== worker) return;
    if (isAgain) return die(damaged, "its program arrived damaged");
    damaged.terminate();
    launch(true);
  }

  /** @param {object} message  @param {Transferable[]} transfer */
  function post(message, transfer) {
    if (outbox === null) worker?.postMessage(message, transfer);
    else outbox.push([message, transfer]);
  }

  /** @param {Reply | Progress | Notification} message */
  function receive(message) {
    noteLife();
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
    const error = Object(reply.error);
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
    noteLife();
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
    assisted: noteLife,
    /** Replace the worker, dead or alive. */
    restart,
    /** End the worker for good. */
    dispose: () => retire(new WorkerDeath("it was closed")),
  };
}
