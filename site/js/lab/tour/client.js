/**
 * The tour's requests to the lab worker, which has its own copy of the network: nothing in
 * the tour changes the one in use. Methods are those of nnweb/page/lab/tour.py.
 */

import * as labWorker from "../worker/client.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Fit, Picture } from "../../worker/protocol.js" */
/** @import { Look as Activations } from "../inspect/protocol.js" */
/** @import { Page } from "../lab.js" */
/**
 * @typedef {Activations & {
 *   fit: Fit, grey: Uint8Array, logits: number[], probabilities: number[],
 *   temperature: number, sigmoid: boolean}} Look  grey: 28 x 28, 0 black ... 255 white
 */
/** @typedef {{loss: number, probability: number, answer: number, sure: number}} Verdict */
/**
 * @typedef {{layer: number, name: string, key: string, at: number[], from: number,
 *   to: number}} Moved
 */
/**
 * @typedef {{steps: number, use: Verdict, before: Verdict, after: Verdict,
 *   moved: Moved[]}} Stand
 */
/** @typedef {(method: string, ...args: unknown[]) => Promise<any>} Ask */

/**
 * @param {Pick<Page, "network" | "picture" | "source">} page
 * @param {Pick<typeof labWorker, "ask" | "listen">} [worker]
 */
export function createTourClient(page, worker = labWorker) {
  let opened = /** @type {Source | null} */ (null); // the network that the worker has
  let forgotten = 0; // how often; what is being opened meanwhile is old
  worker.listen(({ type }) => {
    if (type === "dead") forget();
  });

  function forget() {
    forgotten += 1;
    opened = null;
  }

  /** @type {Ask} */
  const ask = (method, ...args) => worker.ask("tour", { method, given: args });

  return {
    ask,
    /** The drawing for `look`; null if it is blank or no network is loaded. */
    drawing() {
      const picture = page.network() === null ? null : page.picture();
      const drawn = page.picture("canvas");
      return picture === null || drawn === null ? null : { picture, drawn };
    },
    /** @param {{picture: Picture, drawn: Picture}} drawing  @returns {Promise<Look>} */
    async look({ picture: { pixels, width, height, fit }, drawn }) {
      const source = page.source();
      if (opened !== source) {
        forget();
        const before = forgotten;
        await ask("open", await source.read(() => {}));
        if (before === forgotten) opened = source;
      }
      return { fit, ...(await ask("look", drawn.pixels, pixels, width, height, fit)) };
    },
    /** Opens the network again next time. */
    forget,
  };
}
