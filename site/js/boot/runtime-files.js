/** Downloads the runtime's files: each one once, checked, decoded and counted. */

import { DownloadError, fetchBytes, hasDigest } from "./download.js";
import { decoderOf } from "./decode.js";
import { sha256 } from "./sha256.js";

/** @typedef {typeof import("../manifest.js").RUNTIME} Runtime */
/**
 * What the build made: the runtime's files and the ways to start it.
 * @typedef {{RUNTIME: Runtime, resolveUrl: (path: string) => URL}} Manifest
 */
/**
 * How far a start has come; bytes while it downloads.
 * @typedef {(stage: "download" | "python" | "numpy" | "whole",
 *   loaded?: number, total?: number) => void} Report
 */
/** @typedef {ReturnType<typeof createFiles>} Files */

/** Milliseconds between two reports of downloaded bytes. */
const REPORT_EVERY_MS = 50;

/**
 * @param {Manifest} manifest
 * @param {Report} report  gets the bytes of all files asked for so far
 * @param {(name: string) => Promise<{value?: any} | undefined>} [prefetched]  settles
 *   when the page has prefetched a file or will not; see prefetch.js
 */
export function createFiles(manifest, report, prefetched = async () => undefined) {
  const { RUNTIME: runtime, resolveUrl } = manifest;
  /** @type {Map<string, Promise<ArrayBuffer>>} */
  const downloads = new Map();
  /** @type {Map<string, Promise<any>>} */
  const decoding = new Map();
  /** @type {Map<string, number>} */
  const loaded = new Map();
  let lastReport = -Infinity;

  /** @param {string} name */
  function entryOf(name) {
    const entry = runtime.files.find(({ file }) => file === name);
    if (entry === undefined) throw new Error(`${name}: not a file of this build`);
    return { ...entry, url: resolveUrl(entry.base + name) };
  }

  function count() {
    const sum = [...loaded.values()].reduce((a, b) => a + b, 0);
    const total = [...downloads.keys()].reduce((all, n) => all + entryOf(n).size, 0);
    if (sum < total && performance.now() - lastReport < REPORT_EVERY_MS) return;
    lastReport = performance.now();
    report("download", sum, total);
  }

  /**
   * A file's checked bytes.
   * @param {string} name
   * @param {(response: Response) => void} [onResponse]
   * @returns {Promise<ArrayBuffer>}
   */
  function get(name, onResponse) {
    const known = downloads.get(name);
    if (known !== undefined) return known;
    const { url, size, integrity } = entryOf(name);
    const onBytes = (/** @type {number} */ bytes) => {
      loaded.set(name, Math.min(bytes, size)); // browsers may inflate it on arrival
      count();
    };
    const options = { integrity, onBytes, onResponse };
    const bytes = prefetched(name).then(() => fetchBytes(url, options));
    bytes.catch(() => {}); // reported where it is awaited
    downloads.set(name, bytes);
    return bytes;
  }

  /**
   * A file's decoded content; see decode.js.
   * @param {string} name
   * @returns {Promise<any>}
   */
  function decoded(name) {
    const result = decoding.get(name) ?? decode(name);
    result.catch(() => {});
    decoding.set(name, result);
    return result;
  }

  /** @param {string} name */
  async function decode(name) {
    const arrival = await prefetched(name);
    if (arrival?.value !== undefined) return arrival.value;
    const { fromStream, fromBytes } = decoderOf(name);
    /** @type {Promise<any>} */
    let early = Promise.reject(new Error("not streamed"));
    early.catch(() => {});
    const bytes = await get(name, (response) => {
      if (fromStream === undefined) return;
      early = fromStream(response.clone());
      early.catch(() => {});
    });
    return early.catch(() => fromBytes(bytes)); // used only now that it is checked
  }

  /**
   * A file's checked bytes for a caller that cannot wait. A damaged or failed download
   * is retried once, past the cache.
   * @param {string} name
   * @returns {Uint8Array<ArrayBuffer>}
   */
  function readSync(name) {
    const { url, integrity } = entryOf(name);
    for (const cacheControl of ["", "no-cache"]) {
      const request = new XMLHttpRequest();
      try {
        request.open("GET", url, false);
        request.responseType = "arraybuffer";
        if (cacheControl) request.setRequestHeader("Cache-Control", cacheControl);
        request.send();
      } catch {
        continue; // no connection
      }
      const bytes = request.response;
      if (request.status === 200 && hasDigest(sha256(bytes), integrity)) {
        return new Uint8Array(bytes);
      }
    }
    throw new DownloadError(`${name}: could not be downloaded, or arrived damaged`);
  }

  /** Forget failed downloads, so that the next call tries again. @param {string} name */
  function forget(name) {
    downloads.delete(name);
    decoding.delete(name);
  }

  return {
    runtime,
    /** The folder of Pyodide's own files, where it expects all others too. */
    base: resolveUrl(runtime.base),
    entryOf,
    get,
    all: (/** @type {string[]} */ names) => Promise.all(names.map((name) => get(name))),
    decoded,
    forget,
    readSync,
  };
}
