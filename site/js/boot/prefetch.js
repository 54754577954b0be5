/**
 * Lets the page download and decode what a start needs while its worker is still loading,
 * and send it over: compiled modules and the memory image. Both ends are here.
 */

import { noteActivity } from "./download.js";
import { createFiles } from "./runtime-files.js";

/** @typedef {import("./runtime-files.js").Manifest} Manifest */
/** @typedef {import("./runtime-files.js").Report} Report */
/**
 * From the page to the worker: a prefetched file, with its decoded content if the page
 * could decode it, or the error. Without a name: bytes are arriving.
 * @typedef {{name?: string, value?: any, error?: Error}} Arrival
 */

/** Milliseconds between two messages that bytes are arriving. */
const ACTIVITY_EVERY_MS = 1000;

/** Names of the files that the page prefetches. @param {Manifest} manifest */
function prefetchedNames({ RUNTIME: { snapshot, wasm, lock, library, wheels } }) {
  if (snapshot === null) return [wasm, lock, library, ...wheels];
  const modules = snapshot.modules.map(({ file }) => file);
  return [snapshot.wasm.first, snapshot.memory, ...modules];
}

/**
 * The page's end.
 * @param {Manifest} manifest
 * @param {Report} report
 * @param {boolean} compiles  whether this page may compile WebAssembly
 * @param {(arrival: Arrival, transfer: Transferable[]) => void} send
 */
export function prefetch(manifest, report, compiles, send) {
  let lastActivity = -Infinity;
  const files = createFiles(manifest, (...progress) => {
    report(...progress);
    if (performance.now() - lastActivity < ACTIVITY_EVERY_MS) return;
    lastActivity = performance.now();
    send({}, []); // the worker's own downloads may be waiting for these
  });
  const names = prefetchedNames(manifest);
  const isCode = (/** @type {string} */ name) => name.endsWith(".wasm");
  const bringCode = (/** @type {string} */ name) =>
    compiles ? bring(name) : send({ name }, []); // the worker then downloads it
  const code = Promise.all(names.filter(isCode).map(bringCode));
  // inflating keeps this thread busy, and the memory is needed after the code
  for (const name of names) if (!isCode(name)) bring(name, code);

  /** @param {string} name  @param {Promise<unknown>} [before] */
  async function bring(name, before) {
    if (before !== undefined) files.get(name).catch(() => {});
    await before;
    try {
      const value = await files.decoded(name).catch(() => undecoded(name));
      send({ name, value }, value instanceof ArrayBuffer ? [value] : []);
    } catch (thrown) {
      send({ name, error: /** @type {Error} */ (thrown) }, []);
    }
  }

  /** Undefined if the file did arrive: then the worker decodes it. @param {string} name */
  const undecoded = (name) => files.get(name).then(() => undefined);
}

/**
 * The worker's end.
 * @param {Manifest} manifest
 * @param {boolean} expected  whether a page prefetches for this worker
 */
export function createPrefetched(manifest, expected) {
  /** @type {Map<string, (arrival: Arrival) => void>} */
  const resolvers = new Map();
  const names = expected ? prefetchedNames(manifest) : [];
  /** @type {Map<string, Promise<Arrival>>} */
  const arrivals = new Map(
    names.map((name) => [name, new Promise((resolve) => resolvers.set(name, resolve))]),
  );
  return {
    /** @param {Arrival} arrival */
    receive(arrival) {
      noteActivity();
      if (arrival.name === undefined) return;
      resolvers.get(arrival.name)?.(arrival);
      resolvers.delete(arrival.name);
      if (resolvers.size === 0) performance.mark("download");
    },
    /** No more will arrive: the worker downloads the rest itself. */
    end() {
      for (const [name, resolve] of resolvers) resolve({ name });
    },
    /**
     * Settles when the page has sent a file, or will not; rejects if it cannot have it.
     * @param {string} name
     */
    async get(name) {
      const arrival = await arrivals.get(name);
      if (arrival?.error !== undefined) throw arrival.error;
      return arrival;
    },
  };
}
