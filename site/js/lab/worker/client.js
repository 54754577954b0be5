/**
 * The page's end of the lab's worker: one for all panels, started at the first request,
 * and again at the first request after its death.
 */

import { WORKERS, resolveUrl } from "../../manifest.js";
import {
  checkScript,
  newInheritingWorker,
  policyForbidsBlobs,
} from "../../worker/module-worker.js";
import { createWorkerClient } from "../../worker/worker-client.js";
import { reportSlow } from "../slow-notice.js";

/** @typedef {(message: any) => void} Listener */

let client = /** @type {ReturnType<typeof createWorkerClient> | null} */ (null);
const listeners = /** @type {Listener[]} */ ([]);

/** @param {any} message */
function notifyAll(message) {
  for (const listener of listeners) listener(message);
}

/**
 * Send the worker a request (worker.js lists them).
 * @param {string} type
 * @param {object} [payload]
 * @param {Transferable[]} [transfer]
 * @returns {Promise<any>}
 */
export function ask(type, payload = {}, transfer = []) {
  client ??= createWorkerClient({
    createWorker: () => newInheritingWorker(resolveUrl(WORKERS.lab.file)),
    check: () => checkScript(WORKERS.lab),
    canRelaunch: policyForbidsBlobs,
    onSlow: reportSlow,
    onProgress: notifyAll,
    onNotification: notifyAll,
    onDeath: (error) => notifyAll({ type: "dead", error }),
  });
  if (!client.alive) client.restart();
  return client.request(type, payload, transfer);
}

/** Start the worker before its first request: booting takes seconds. */
export const warm = () => {
  ask("wake").catch(() => {}); // the first real request reports the failure
};

/** Hear progress, notifications, and {type: "dead"}. @param {Listener} listener */
export const listen = (listener) => listeners.push(listener);
