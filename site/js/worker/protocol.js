/**
 * The messages between a page and its workers: types and pure functions, no DOM and no
 * Pyodide. Both ends import this file. There are three kinds of message:
 *
 *   request       page -> worker   {id, type, ...payload}
 *                 worker -> page   {id, ok: true, value}  or  {id, ok: false, error}
 *   notification  either way       {type, ...payload}, which nobody replies to
 *   progress      worker -> page   {type: "progress", stage, loaded, total}
 *
 * Every request gets exactly one reply; requests alone keep a page waiting. The worker
 * of the page answers
 *
 *   "open"       {weights: ArrayBuffer, slot}                             -> Description
 *   "recognize"  {pixels: ArrayBuffer (RGBA), width, height, fit, slot}   -> Answer
 *   "steps"      {pixels, width, height, without}   the network in slot ""
 *                                                              -> {stages, answer}
 *   "read"       {...NumberRequest, slot}                              -> Reading
 *   "diagnose"   {}                                            -> Diagnosis
 *   "complete"   {}    then all of Python can be imported      -> nothing
 *   "look", "unit" ...   of the lab, see lab/inspect/protocol.js
 *
 * and is notified of "prefetched" {file: Arrival} (boot/prefetch.js). Every worker notifies
 * its page of "bootFailed" {error}: Python did not start, and no request can succeed.
 *
 * A worker holds one network in each slot; opening another replaces it.
 */

/** The name of a worker that the page prefetches files for. */
export const ASSISTED = "nnweb assisted";

/** @typedef {{name: string, message: string}} WireError */
/**
 * @typedef {{id: number, ok: true, value: any}
 *   | {id: number, ok: false, error: WireError}} Reply
 */
/** @typedef {{type: string, [key: string]: any}} Notification */
/** @typedef {"download" | "python" | "numpy" | "model" | "ready" | "whole"} Stage */
/**
 * The stage that a worker has reached. `loaded` and `total` are bytes in the stages
 * "download" (to start) and "whole" (the rest of Python), else 0.
 * @typedef {{type: "progress", stage: Stage, loaded: number, total: number}} Progress
 */
/** @typedef {(stage: Stage, loaded?: number, total?: number) => void} Report */
/**
 * How Python was started: from the snapshot (B), from precompiled wheels (A) or from
 * the original wheels; and why not in a faster way.
 * @typedef {object} Diagnosis
 * @property {"A" | "B" | "plain"} tier
 * @property {string} why
 * @property {Record<string, number>} marks  stages, in milliseconds of the worker's life
 */
/** @typedef {"digit" | "canvas"} Fit */
/**
 * A network's metadata.
 * @typedef {object} Description
 * @property {string} name
 * @property {string[]} labels  one for each output
 * @property {Fit} fit  the preprocessing that the network was trained with
 * @property {number} threshold  greys from here up are paper
 * @property {string} architecture  in one line, as "784-500-10"
 * @property {number} parameters  count of trained numbers
 * @property {boolean} can_reject  whether it can say that a drawing is no digit
 * @property {Record<string, unknown>} card  its provenance
 */
/**
 * A network's answer to one image.
 * @typedef {object} Answer
 * @property {"digit" | "blank" | "not-a-digit"} status
 * @property {string} answer  a label, or "" unless the status is "digit"
 * @property {number} index  of the label, or -1
 * @property {string} other  the second-likeliest label if the network is unsure, or ""
 * @property {number[]} probabilities  one for each label, summing to 1
 * @property {number} score  log-sum-exp of the logits: how much it looks like any label
 * @property {Uint8Array} seen  28 x 28 bytes, 0 paper ... 255 ink, row-major
 * @property {number} milliseconds  spent in Python
 */
/**
 * A number that was read. Boxes are [left, top, right, bottom] in the strokes' units, and
 * strokes are indices.
 * @typedef {object} Reading
 * @property {string} text  with a space at each wide gap; "?" for ink that is no character
 * @property {number} confidence  probability that the whole text is right
 * @property {Character[]} characters  from left to right, without spaces
 * @property {[string, number][]} readings  the best ones with their probabilities
 * @property {boolean} accepted  whether all the ink is a number
 * @property {number} place  of the character because of which it is not, or -1
 * @property {number[]} crossed  strokes that are crossed out
 * @property {number} milliseconds  spent in Python
 */
/**
 * @typedef {{text: string, box: number[], strokes: number[],
 *   probabilities: Record<string, number>, alternatives: string[]}} Character
 *   the likeliest come first
 */
/** @typedef {{pixels: ArrayBuffer, width: number, height: number, fit: Fit}} Picture */
/**
 * @typedef {object} NumberRequest
 * @property {ArrayBuffer} points  float32 x, y in turn
 * @property {number[]} lengths  points of each stroke
 * @property {Record<string, string | number>} [conditions]  fields of nnweb's Conditions
 */
/** @typedef {Record<string, (payload: any) => unknown>} Handlers */
/** @typedef {Pick<MessagePort, "postMessage" | "addEventListener">} Port */

/**
 * An error as it is sent; the stack stays behind.
 * @param {unknown} thrown
 * @returns {WireError}
 */
export function toWireError(thrown) {
  const { name, message } = thrown instanceof Error ? thrown : Error(String(thrown));
  return { name, message };
}

/**
 * The error that was sent.
 * @param {WireError} wire
 */
export function fromWireError(wire) {
  const { name, message } = Object(wire); // undefined, if the message is damaged
  return Object.assign(new Error(message), { name });
}

/**
 * The port of the worker that this runs in.
 */
export function ownPort() {
  // TypeScript's library for pages does not know a worker's global scope
  return /** @type {MessagePort} */ (/** @type {unknown} */ (globalThis));
}

/**
 * Answer each request on `port` by `requests[type](payload)`, whatever that throws, and
 * hand each notification to `notifications[type]`. `unreadable` is called when a message
 * cannot be deserialized, as a compiled module in another process.
 * @param {Port} port
 * @param {Handlers} requests
 * @param {Handlers} [notifications]
 * @param {() => void} [unreadable]
 */
export function serve(port, requests, notifications = {}, unreadable = () => {}) {
  port.postMessage({ type: "serving" }); // until then the page holds its messages
  port.addEventListener("messageerror", unreadable);
  port.addEventListener("message", async ({ data }) => {
    const { id, type, ...payload } = Object(data);
    if (id === undefined) {
      if (Object.hasOwn(notifications, type)) notifications[type](payload);
      return;
    }
    try {
      if (!Object.hasOwn(requests, type)) throw TypeError(`unknown request "${type}"`);
      port.postMessage({ id, ok: true, value: await requests[type](payload) });
    } catch (thrown) {
      port.postMessage({ id, ok: false, error: toWireError(thrown) });
    }
  });
}

/**
 * Notify the page if the worker's Python cannot start.
 * @param {Port} port
 * @param {Promise<unknown>} booting
 */
export function reportBootFailure(port, booting) {
  booting.catch((thrown) => {
    port.postMessage({ type: "bootFailed", error: toWireError(thrown) });
  });
}
