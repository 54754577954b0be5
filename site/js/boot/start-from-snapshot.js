// @ts-check
/**
 * Starts Python from a picture of its memory, taken at build time after NumPy and nnweb
 * had been imported (tools/faststart/js/snapshot.mjs has the file's format).
 *
 * It rests on what Pyodide does not promise: so all that it assumes is checked, and the
 * caller is ready for its failure. What it does not catch here it must not do: a promise
 * that never settles would be a page that never starts.
 */

import { importCore } from "./import-pyodide.js";
import { handOver } from "./intercept-fetch.js";
import { overwrite, parseImage, prepare, wake } from "./memory-image.js";
import { RUNTIME, resolveUrl } from "../manifest.js";
import { BASE, entryOf } from "./runtime-files.js";
import { createSeldom } from "./deferred-wasm.js";

/** @typedef {import("./memory-image.js").Image} Image */
/** @typedef {import("../manifest.js").Snapshot} Snapshot */
/** @typedef {import("../worker/protocol.js").Report} Report */
/** @typedef {import("./runtime-files.js").Files} Files */
/** @typedef {import("./side-modules.js").Emscripten} Emscripten */
/** @typedef {import("./side-modules.js").SideModule} SideModule */
/** The standard library is in memory already; what Pyodide fetches for it is empty. */
const NO_LIBRARY = "no-library.zip";
const EMPTY_ZIP = Uint8Array.of(0x50, 0x4b, 5, 6, ...Array(18).fill(0));
/** Seconds from the last byte's arrival after which something must have gone wrong. */
const PATIENCE_S = 20;
/** Milliseconds after the start until what is seldom called is fetched, too. */
const SELDOM_MS = 2000;

/**
 * Pyodide with NumPy and nnweb imported. Rejects on any doubt.
 * @param {Snapshot} snapshot
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromSnapshot(snapshot, files, report) {
  const ended = new AbortController();
  const core = importCore(files); // first: most follows from it
  const image = files.made(snapshot.memory).then(parseImage);
  /** @type {Promise<WebAssembly.Module>} */
  const wasm = files.made(snapshot.wasm.first);
  const modules = Promise.all(
    snapshot.modules.map(async ({ file, path }) => ({
      path,
      module: await files.made(file),
    })),
  );
  const second = createSecond(snapshot.wasm.seldom, files);
  const seldom = createSeldom(second.load);
  for (const promise of [core, image, wasm, modules]) promise.catch(() => {});
  try {
    const pyodide = await new Promise((resolve, reject) => {
      Promise.all([core, image, wasm, modules]).then(() => giveUpLater(reject), reject);
      const { signal } = ended;
      const end = handOver({
        files: { [NO_LIBRARY]: { body: async () => EMPTY_ZIP } },
        module: wasm,
        instantiate: async (module, imports) => {
          seldom.watch(imports);
          const instance = await WebAssembly.instantiate(module, imports);
          seldom.join(instance.exports);
          return instance;
        },
        reject,
      });
      signal.addEventListener("abort", end);
      const headerBytes = snapshot.header;
      const parts = { core, image, modules, headerBytes, signal, report, reject };
      restore({ ...parts, seldom }).then(resolve, reject);
    });
    second.fetchSoon();
    return pyodide;
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
 * The module of what is seldom called: `load` returns it, and waits for it unless
 * `fetchSoon` has brought it.
 * @param {string} file
 * @param {Files} files
 */
function createSecond(file, files) {
  /** @type {WebAssembly.Module | undefined} */
  let module;
  const fetched = async () => (module = await files.made(file));
  return {
    load: () => (module ??= new WebAssembly.Module(readNow(file))),
    fetchSoon: () => setTimeout(() => fetched().catch(() => {}), SELDOM_MS),
  };
}

/**
 * @param {object} parts
 * @param {Promise<any[]>} parts.core
 * @param {Promise<Image>} parts.image
 * @param {Promise<SideModule[]>} parts.modules
 * @param {ReturnType<typeof createSeldom>} parts.seldom
 * @param {number} parts.headerBytes
 * @param {AbortSignal} parts.signal
 * @param {Report} parts.report
 * @param {(reason: unknown) => void} parts.reject  for what Pyodide would not pass on
 */
async function restore(parts) {
  const { core, image, modules, seldom, headerBytes, signal, report, reject } = parts;
  const [{ loadPyodide }, { default: factory }] = await core;
  if (signal.aborted) return; // something did not come: the other way is taken already
  // Much is to be done before the memory is needed, which comes last. Pyodide asks for
  // the header at once, and reads it when it has the memory, to which it would add all
  // that is longer.
  const header = new Uint8Array(headerBytes);
  const lock = image.then(({ description }) => description.lock);
  const before = Promise.all([image, modules]);
  const there = before.then(() => report("python")); // nothing comes any more
  for (const promise of [lock, there]) promise.catch(() => {}); // told by `reject`
  const pyodide = await loadPyodide({
    indexURL: BASE.href,
    packageBaseUrl: BASE.href,
    stdLibURL: new URL(NO_LIBRARY, BASE).href,
    lockFileContents: lock,
    _loadSnapshot: Promise.resolve(header),
    async createPyodideModule(/** @type {any} */ settings) {
      settings.noInitialRun = true;
      settings.preRun.push((/** @type {Emscripten} */ python) => {
        seldom.belong(python);
        python.addRunDependency("side modules");
        before
          .then(([{ description }, loaded]) => prepare(python, loaded, description))
          .then(() => python.removeRunDependency("side modules"), reject);
      });
      const python = await factory(settings);
      const whole = await image;
      checkFiles(whole.description.files);
      header.set(whole.header);
      overwrite(python, whole);
      return python;
    },
  });
  wake(pyodide, read);
  return pyodide;
}

/**
 * What the memory lacks, for Python, which waits (tools/faststart/inside/later.py).
 * @param {string} name
 */
function read(name) {
  return readNow(/** @type {Snapshot} */ (RUNTIME.snapshot).late[name]);
}

/**
 * A file of the runtime, for whoever can't but wait for it.
 * @param {string} file
 */
function readNow(file) {
  const { base, size } = entryOf(file);
  const request = new XMLHttpRequest();
  request.open("GET", resolveUrl(base + file), false);
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
