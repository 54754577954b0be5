// @ts-check
/**
 * Starts Python from a picture of its memory, taken at build time after NumPy and nnweb
 * had been imported (tools/js/snapshot.mjs has the file's format).
 *
 * It rests on what Pyodide does not promise: so all that it assumes is checked, and the
 * caller is ready for its failure. What it does not catch here it must not do: a promise
 * that never settles would be a page that never starts.
 */

import { importCore } from "./core.js";
import { answerFetches } from "./handover.js";
import { RUNTIME } from "./manifest.js";
import { BASE, entryOf, forSnapshot } from "./runtime.js";
import { grow, loadSideModules, sameLayout, trampolineSlot } from "./sidemodules.js";

/** @typedef {import("./manifest.js").Snapshot} Snapshot */
/** @typedef {import("./protocol.js").Report} Report */
/** @typedef {import("./runtime.js").Files} Files */
/** @typedef {import("./sidemodules.js").Emscripten} Emscripten */
/** @typedef {import("./sidemodules.js").SideModule} SideModule */
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
 * @property {Snapshot["modules"]} modules
 * @property {import("./sidemodules.js").Layout} layout
 * @property {number} table  entries in the end
 * @property {number} memory  bytes
 * @property {object} lock  that Pyodide was started with
 */

const WASM = "pyodide.asm.wasm";
/** The standard library is in memory already; what Pyodide fetches for it is empty. */
const NO_LIBRARY = "no-library.zip";
const EMPTY_ZIP = Uint8Array.of(0x50, 0x4b, 5, 6, ...Array(18).fill(0));
/** Seconds from the last byte's arrival after which something must have gone wrong. */
const PATIENCE_S = 20;

/**
 * Pyodide with NumPy and nnweb imported. Rejects on any doubt.
 * @param {Snapshot} snapshot
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromSnapshot(snapshot, files, report) {
  const ended = new AbortController();
  const image = files.get(snapshot.memory).then(unpack);
  const wasm = compile(files, WASM);
  const modules = Promise.all(
    snapshot.modules.map(async ({ file, path }) => ({
      path,
      module: await compile(files, file),
    })),
  );
  const all = files.all(forSnapshot);
  for (const promise of [image, wasm, modules, all]) promise.catch(() => {});
  try {
    return await new Promise((resolve, reject) => {
      Promise.all([all, image, wasm, modules]).then(() => giveUpLater(reject), reject);
      handOver(wasm, ended.signal, reject);
      restore({ image, modules, files, report, reject }).then(resolve, reject);
    });
  } finally {
    ended.abort();
  }

  /** @param {(reason: Error) => void} reject */
  function giveUpLater(reject) {
    const message = `the snapshot was not there after ${PATIENCE_S} s`;
    const timer = setTimeout(() => reject(new Error(message)), PATIENCE_S * 1000);
    ended.signal.addEventListener("abort", () => clearTimeout(timer));
  }
}

/**
 * @param {Files} files
 * @param {string} name
 */
async function compile(files, name) {
  return WebAssembly.compile(await files.get(name));
}

/**
 * Until `signal`, Pyodide gets the module that is compiled already, from its first byte
 * on, instead of compiling what it fetches.
 * @param {Promise<WebAssembly.Module>} wasm
 * @param {AbortSignal} signal
 * @param {(reason: unknown) => void} reject
 */
function handOver(wasm, signal, reject) {
  const endAnswers = answerFetches(
    new Map([
      [WASM, { body: async () => "" }],
      [NO_LIBRARY, { body: async () => EMPTY_ZIP }],
    ]),
  );
  const original = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (_response, imports) => {
    try {
      const module = await wasm;
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    } catch (error) {
      reject(error); // Pyodide only warns of it, and waits for ever
      throw error;
    }
  };
  signal.addEventListener("abort", () => {
    endAnswers();
    WebAssembly.instantiateStreaming = original;
  });
}

/**
 * @param {object} parts
 * @param {Promise<Image>} parts.image
 * @param {Promise<SideModule[]>} parts.modules
 * @param {Files} parts.files
 * @param {Report} parts.report
 * @param {(reason: unknown) => void} parts.reject  for what Pyodide would not pass on
 */
async function restore({ image, modules, files, report, reject }) {
  const [{ loadPyodide }, { default: factory }] = await importCore(files);
  const { description, header } = await image;
  checkFiles(description.files);
  report("python");
  const pyodide = await loadPyodide({
    indexURL: BASE.href,
    packageBaseUrl: BASE.href,
    stdLibURL: new URL(NO_LIBRARY, BASE).href,
    lockFileContents: description.lock,
    _loadSnapshot: Promise.resolve(header),
    async createPyodideModule(/** @type {any} */ settings) {
      settings.noInitialRun = true;
      settings.preRun.push((/** @type {Emscripten} */ python) => {
        python.addRunDependency("side modules");
        modules
          .then((loaded) => prepare(python, loaded, description))
          .then(() => python.removeRunDependency("side modules"), reject);
      });
      const python = await factory(settings);
      overwrite(python, await image);
      return python;
    },
  });
  const random = pyodide.pyimport("random");
  random.seed(); // else every visitor would draw the same numbers
  random.destroy();
  pyodide.registerJsModule("_nnweb_rest", { read });
  return pyodide;
}

/**
 * What the memory lacks, for Python, which waits (tools/inside/later.py).
 * @param {string} name
 */
function read(name) {
  const { file, size } = entryOf(/** @type {Snapshot} */ (RUNTIME.snapshot).late[name]);
  const request = new XMLHttpRequest();
  request.open("GET", new URL(file, BASE), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.response?.byteLength !== size) throw new Error(`${file} did not come`);
  return new Uint8Array(request.response);
}

/**
 * Throws unless the memory was made with the very files that are here.
 * @param {Record<string, string>} made
 */
function checkFiles(made) {
  for (const [name, integrity] of Object.entries(made)) {
    if (entryOf(name).integrity !== integrity) {
      throw new Error(`the snapshot was made with another ${name}`);
    }
  }
}

/**
 * Load the side modules where they were when the memory was made.
 * @param {Emscripten} python
 * @param {SideModule[]} modules
 * @param {Description} description
 */
function prepare(python, modules, { layout, table }) {
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
function overwrite(python, { description, runs, data }) {
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
 * The browser has inflated it where the host sent its companion (tools/pack.py).
 * @param {ArrayBuffer} bytes
 */
async function inflated(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first !== 0x1f || second !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream();
  const gzip = new DecompressionStream("gzip");
  return new Response(stream.pipeThrough(gzip)).arrayBuffer();
}

/**
 * @param {ArrayBuffer} packed
 * @returns {Promise<Image>}
 */
async function unpack(packed) {
  const buffer = await inflated(packed);
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
