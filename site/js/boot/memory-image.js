/**
 * Parses a memory snapshot and writes it into a Pyodide that has not run yet
 * (tools/faststart/js/snapshot.mjs documents the format).
 */

import { grow, loadSideModules, sameLayout, trampolineSlot } from "./side-modules.js";

/** @typedef {import("./side-modules.js").Emscripten} Emscripten */
/** @typedef {import("./side-modules.js").SideModule} SideModule */
/**
 * @typedef {object} Image
 * @property {Description} description
 * @property {Uint8Array} header  Pyodide's own, with the state of its JavaScript
 * @property {Uint32Array} runs  bytes to keep, bytes to overwrite, and so on
 * @property {Uint8Array} data  of all runs, contiguous
 */
/**
 * @typedef {object} Description
 * @property {Record<string, string>} files  hashes of what the snapshot was made with
 * @property {{file: string, path: string}[]} modules
 * @property {import("./side-modules.js").Layout} layout
 * @property {number} table  entries of the function table
 * @property {number} memory  bytes
 * @property {object} lock  lock file that Pyodide was started with
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {Image}
 */
export function parseImage(buffer) {
  const [text, header, count, size] = new Uint32Array(buffer, 0, 4);
  let at = 0;
  /** The next part; parts are padded to 16 bytes. @param {number} length */
  const part = (length) => {
    const bytes = new Uint8Array(buffer, at, length);
    at += (length + 15) & ~15;
    return bytes;
  };
  part(16);
  const description = JSON.parse(new TextDecoder().decode(part(text)));
  return {
    description,
    header: part(header).slice(),
    runs: new Uint32Array(part(count * 8).slice().buffer),
    data: part(size),
  };
}

/**
 * Load the side modules at the addresses they had when the snapshot was made.
 * @param {Emscripten} python
 * @param {SideModule[]} modules
 * @param {Description} description
 */
export function prepare(python, modules, { layout, table }) {
  const here = loadSideModules(python, modules, layout.table[0]);
  if (!sameLayout(here, layout)) {
    const [got, expected] = [here, layout].map((l) => JSON.stringify(l));
    throw new Error(`the snapshot does not fit: got ${got}, expected ${expected}`);
  }
  grow(python.wasmTable, table);
}

/**
 * @param {Emscripten} python
 * @param {Image} image
 */
export function overwrite(python, { description, runs, data }) {
  const kept = python.HEAP32[trampolineSlot(python)];
  if (python.HEAPU8.length < description.memory) {
    python.growMemory(description.memory);
  }
  const memory = python.HEAPU8;
  if (memory.length < description.memory) {
    const sizes = `got ${memory.length} bytes, expected ${description.memory}`;
    throw new Error(`not enough memory: ${sizes}`);
  }
  let to = 0;
  let from = 0;
  for (let i = 0; i < runs.length; i += 2) {
    to += runs[i];
    memory.set(data.subarray(from, from + runs[i + 1]), to);
    to += runs[i + 1];
    from += runs[i + 1];
  }
  python.HEAP32[trampolineSlot(python)] = kept;
}

/**
 * @param {any} pyodide  just restored
 * @param {(name: string) => Uint8Array} read  for inside/deferred.py, synchronously
 */
export function afterRestore(pyodide, read) {
  const random = pyodide.pyimport("random");
  random.seed(); // otherwise every visitor would draw the same numbers
  random.destroy();
  pyodide.registerJsModule("_deferred_files", { read });
}
