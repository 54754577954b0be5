// @ts-check
/**
 * A picture of Python's memory (tools/faststart/js/snapshot.mjs has the file's format): what it
 * holds, and how it is laid over a Pyodide that has not run. Pure but for what it is given.
 */

import { grow, loadSideModules, sameLayout, trampolineSlot } from "./side-modules.js";

/** @typedef {import("./side-modules.js").Emscripten} Emscripten */
/** @typedef {import("./side-modules.js").SideModule} SideModule */
/**
 * @typedef {object} Image
 * @property {Description} description
 * @property {Uint8Array} header  Pyodide's own, with what JavaScript must remember
 * @property {Uint32Array} runs  bytes that stay, bytes to overwrite, and so on
 * @property {Uint8Array} data  of all runs, one after the other
 */
/**
 * @typedef {object} Description
 * @property {Record<string, string>} files  hashes of what the memory was made with
 * @property {{file: string, path: string}[]} modules
 * @property {import("./side-modules.js").Layout} layout
 * @property {number} table  entries in the end
 * @property {number} memory  bytes
 * @property {object} lock  that Pyodide was started with
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {Image}
 */
export function parseImage(buffer) {
  const [text, header, count, size] = new Uint32Array(buffer, 0, 4);
  let at = 0;
  /** The next part, which ends at a multiple of 16. @param {number} length */
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
 * Load the side modules where they were when the memory was made.
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
    throw new Error(`there is not enough memory: ${sizes}`);
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
 * What a restored Python needs before all else.
 * @param {any} pyodide
 * @param {(name: string) => Uint8Array} read  what the memory lacks, for Python, which waits
 */
export function wake(pyodide, read) {
  const random = pyodide.pyimport("random");
  random.seed(); // else every visitor would draw the same numbers
  random.destroy();
  pyodide.registerJsModule("_nnweb_rest", { read });
}
