// @ts-check
/** The runtime's files: which a start needs, where they lie, and their download. */

import { fetchBytes } from "./download.js";
import { makerOf } from "./decode.js";
import { RUNTIME, resolveUrl } from "../manifest.js";

/** @typedef {import("../worker/protocol.js").Report} Report */
/**
 * Files of the runtime by name, each fetched once, when it is first asked for.
 * @typedef {object} Files
 * @property {(name: string) => Promise<ArrayBuffer>} get  checked bytes
 * @property {(name: string) => Promise<any>} made  what is made of it, see making.js
 * @property {(names: string[]) => Promise<ArrayBuffer[]>} all
 */

/** Of Pyodide's core. Pyodide believes that all else lies there too (handover.js). */
export const BASE = resolveUrl(RUNTIME.base);

const { core, snapshot } = RUNTIME;

/** Names of what a start from packages needs. */
const forPackages = [
  ...core,
  RUNTIME.wasm,
  RUNTIME.lock,
  RUNTIME.library,
  ...RUNTIME.wheels,
];

/** Names of what a start from the snapshot needs beside the core; none if there is none. */
const forSnapshot =
  snapshot === null
    ? []
    : [
        snapshot.wasm.first,
        snapshot.memory,
        ...snapshot.modules.map(({ file }) => file),
      ];

/** Names of what the page fetches for its worker. */
export const ahead = snapshot === null ? forPackages.slice(core.length) : forSnapshot;

/** Milliseconds between two reports of the bytes that came. */
const REPORT_EVERY_MS = 50;

/** @param {string} name */
export function entryOf(name) {
  const entry = RUNTIME.files.find(({ file }) => file === name);
  if (entry === undefined) throw new Error(`${name}: this build has no such file`);
  return entry;
}

/** @param {string[]} names */
function bytesOf(names) {
  return names.reduce((sum, name) => sum + entryOf(name).size, 0);
}

/**
 * @param {Report} report  told the bytes of all that was asked for
 * @param {(name: string) => Promise<{value?: any} | undefined>} [arrival]  of a file that
 *   the page fetches for this worker: see ahead.js
 * @returns {Files}
 */
export function createFiles(report, arrival = async () => undefined) {
  /** @type {Map<string, Promise<ArrayBuffer>>} */
  const files = new Map();
  /** @type {Map<string, Promise<any>>} */
  const results = new Map();
  /** @type {Map<string, number>} */
  const loaded = new Map();
  let last = -Infinity;

  function count() {
    const sum = [...loaded.values()].reduce((a, b) => a + b, 0);
    const total = bytesOf([...files.keys()]);
    if (sum < total && performance.now() - last < REPORT_EVERY_MS) return;
    last = performance.now();
    report("download", sum, total);
  }

  /**
   * @param {string} name
   * @param {(response: Response) => void} [onResponse]
   */
  function get(name, onResponse) {
    const known = files.get(name);
    if (known !== undefined) return known;
    const { base, size, integrity } = entryOf(name);
    const onBytes = (/** @type {number} */ bytes) => {
      loaded.set(name, Math.min(bytes, size)); // a snapshot may come unpacked
      count();
    };
    const url = resolveUrl(base + name);
    const options = { integrity, onBytes, onResponse };
    const bytes = arrival(name).then(() => fetchBytes(url, options));
    bytes.catch(() => {}); // whoever waits for it is told
    files.set(name, bytes);
    return bytes;
  }

  /** @param {string} name */
  function made(name) {
    const known = results.get(name);
    if (known !== undefined) return known;
    const result = make(name);
    result.catch(() => {});
    results.set(name, result);
    return result;
  }

  /** @param {string} name */
  async function make(name) {
    const brought = await arrival(name);
    if (brought?.value !== undefined) return brought.value;
    const { ofStream, ofBytes } = makerOf(name);
    /** @type {Promise<any>} */
    let early = Promise.reject(new Error("it was asked for before"));
    early.catch(() => {});
    const bytes = await get(name, (response) => {
      early = ofStream(response.clone());
      early.catch(() => {});
    });
    return early.catch(() => ofBytes(bytes)); // only now are they known to be right
  }

  return { get, made, all: (names) => Promise.all(names.map((name) => get(name))) };
}
