// @ts-check
/**
 * The page's end of the lab's worker: one for all panels, started when one of them first
 * asks it something, and started anew when it has died.
 */

import { WORKERS, resolveUrl } from "../../manifest.js";
import { createEngine } from "../../worker/worker-client.js";

/** @typedef {(message: any) => void} Listener */

/** @type {ReturnType<typeof createEngine> | null} */
let engine = null;
/** @type {Listener[]} */
const listeners = [];

/** @param {any} message */
function tell(message) {
  for (const listener of listeners) listener(message);
}

/**
 * Ask the worker (trainer.js says what there is to ask).
 * @param {string} type
 * @param {object} [payload]
 * @param {Transferable[]} [transfer]
 * @returns {Promise<any>}
 */
export function ask(type, payload = {}, transfer = []) {
  engine ??= createEngine({
    onProgress: tell,
    onDeath: (error) => tell({ type: "dead", error }),
    url: resolveUrl(WORKERS.lab),
  });
  if (!engine.usable) engine.restart();
  return engine.ask(type, payload, transfer);
}

/** Start it, so that it is there when it is asked: it takes seconds. */
export const warm = () => {
  ask("pause").catch(() => {}); // whoever asks for something is told
};

/** Hear all that the worker tells unasked, and {type: "dead"}. @param {Listener} listener */
export const listen = (listener) => listeners.push(listener);
