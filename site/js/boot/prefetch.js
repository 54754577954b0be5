// @ts-check
/**
 * What a start needs beside Pyodide's scripts is fetched by the page, while its worker is
 * still being loaded, and handed over as what is made of it: compiled modules, and
 * Python's memory. Here are both ends.
 */

import { ASSISTED } from "../worker/protocol.js";
import { ahead, createFiles } from "./runtime-files.js";

/** @typedef {import("../worker/protocol.js").Report} Report */
/**
 * A file: what was made of it, if anything could be; or why it could not be had.
 * @typedef {{name: string, value?: any, error?: Error}} Arrival
 */

/**
 * @param {Report} report
 * @param {boolean} compiles  whether this page may compile WebAssembly
 * @param {(arrival: Arrival, transfer: Transferable[]) => void} send
 */
export function fetchAhead(report, compiles, send) {
  const files = createFiles(report);
  const isCode = (/** @type {string} */ name) => name.endsWith(".wasm");
  const bringCode = (/** @type {string} */ name) =>
    compiles ? bring(name) : send({ name }, []); // which the worker then fetches
  const code = Promise.all(ahead.filter(isCode).map(bringCode));
  // inflating takes this thread some time, and the memory is needed after the code
  for (const name of ahead) if (!isCode(name)) bring(name, code);

  /** @param {string} name  @param {Promise<unknown>} [before] */
  async function bring(name, before) {
    if (before !== undefined) files.get(name).catch(() => {});
    await before;
    try {
      const value = await files.made(name).catch(() => unmade(name));
      send({ name, value }, value instanceof ArrayBuffer ? [value] : []);
    } catch (thrown) {
      send({ name, error: /** @type {Error} */ (thrown) }, []);
    }
  }

  /** Nothing, if the file is there: then the worker tries. @param {string} name */
  const unmade = (name) => files.get(name).then(() => undefined);
}

/** What comes to this worker. */
export function createArrivals() {
  /** @type {Map<string, (arrival: Arrival) => void>} */
  const expected = new Map();
  const names = self.name === ASSISTED ? ahead : [];
  /** @type {Map<string, Promise<Arrival>>} */
  const arrivals = new Map(
    names.map((name) => [name, new Promise((resolve) => expected.set(name, resolve))]),
  );
  return {
    /** @param {Arrival} arrival */
    arrive(arrival) {
      expected.get(arrival.name)?.(arrival);
      expected.delete(arrival.name);
      if (expected.size === 0) performance.mark("download");
    },
    /** No more can come: the worker is on its own. */
    end() {
      for (const [name, resolve] of expected) resolve({ name });
    },
    /**
     * What the page brings of it, once it does. Rejects if the page can't have it.
     * @param {string} name
     */
    async of(name) {
      const arrival = await arrivals.get(name);
      if (arrival?.error !== undefined) throw arrival.error;
      return arrival;
    },
  };
}
