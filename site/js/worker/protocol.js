// @ts-check
/**
 * The messages between the page and the Python worker. Both sides import this file and
 * share nothing else. Types and pure functions: no DOM, no Pyodide.
 *
 *   page -> worker   {id, type, ...payload}
 *   worker -> page   {id, ok: true, value}  or  {id, ok: false, error}, once per id
 *                    {type: "progress", stage, loaded, total}, without id, any number
 *
 *   "ahead"      Arrival   a file of the runtime, see ahead.js            -> nothing
 *   "alone"      {}        no more of them come                           -> nothing
 *   "open"       {weights: ArrayBuffer, place}                            -> Description
 *   "recognize"  {pixels: ArrayBuffer (RGBA), width, height, fit, place}  -> Answer
 *   "steps"      {pixels, width, height, without}   the first place's network
 *                                                                  -> {stages, answer}
 *   "diagnose"   {}                                                -> Diagnosis
 *   "look", "unit" ...   lab/answers.js has those of the lab
 *   "complete"   {}    after which all of Python can be imported   -> nothing
 *
 * A worker holds as many networks as there are places, each under a name; where none is
 * given it is "". Opening another one in a place closes what was there.
 */

/** The name of a worker that files are brought to. */
export const AHEAD = "nnweb ahead";

/** @typedef {{name: string, message: string}} WireError */
/**
 * @typedef {{id: number, ok: true, value: any}
 *   | {id: number, ok: false, error: WireError}} Reply
 */
/** @typedef {"download" | "python" | "numpy" | "model" | "ready" | "whole"} Stage */
/**
 * How far the worker has come. Bytes while it downloads ("download" to start, "whole" to
 * complete Python); else both numbers are 0.
 * @typedef {{type: "progress", stage: Stage, loaded: number, total: number}} Progress
 */
/** @typedef {(stage: Stage, loaded?: number, total?: number) => void} Report */
/**
 * How Python was started: from the snapshot (B), from packages that were compiled for it
 * (A) or from packages as they come; and why not in a quicker way, if so.
 * @typedef {object} Diagnosis
 * @property {"A" | "B" | "plain"} tier
 * @property {string} why
 * @property {Record<string, number>} marks  stages, in milliseconds of the worker's life
 */
/** @typedef {"digit" | "canvas"} Fit */
/**
 * What a network says of itself.
 * @typedef {object} Description
 * @property {string} name
 * @property {string[]} labels  what each output stands for
 * @property {Fit} fit  how the network was trained to see a drawing
 * @property {number} threshold  a grey of this much and up is paper
 * @property {string} architecture  in one line, as "784-500-10"
 * @property {number} parameters  how many numbers were learned
 * @property {boolean} can_reject  whether it can say that something is no digit
 * @property {Record<string, unknown>} card  where it comes from
 */
/**
 * What a network makes of one image.
 * @typedef {object} Answer
 * @property {"digit" | "blank" | "not-a-digit"} status
 * @property {string} answer  a label, or "" unless the status is "digit"
 * @property {number} index  of the label, or -1
 * @property {number[]} probabilities  one for each label, summing to 1
 * @property {number} score  how much it looks like any of the labels
 * @property {Uint8Array} seen  28 x 28 bytes, 0 paper ... 255 ink, row by row
 * @property {number} milliseconds  that Python took
 */
/** @typedef {{pixels: ArrayBuffer, width: number, height: number, fit: Fit}} Picture */

/**
 * What an error is on the wire: the stack stays behind.
 * @param {unknown} thrown
 * @returns {WireError}
 */
export function toWireError(thrown) {
  const { name, message } = thrown instanceof Error ? thrown : Error(String(thrown));
  return { name, message };
}

/**
 * The error that a reply brought.
 * @param {WireError} wire
 */
export function fromWireError(wire) {
  return Object.assign(new Error(wire.message), { name: wire.name });
}

/**
 * Answer each request on `port` with `handlers[type](payload)`. Every request gets one
 * reply, whatever throws: an unanswered id is a page that waits for ever.
 * @param {Pick<MessagePort, "postMessage" | "addEventListener">} port
 * @param {Record<string, (payload: any) => unknown>} handlers
 */
export function serve(port, handlers) {
  port.addEventListener("message", async ({ data: { id, type, ...payload } }) => {
    try {
      if (!Object.hasOwn(handlers, type)) throw TypeError(`unknown request "${type}"`);
      port.postMessage({ id, ok: true, value: await handlers[type](payload) });
    } catch (thrown) {
      port.postMessage({ id, ok: false, error: toWireError(thrown) });
    }
  });
}
