/**
 * Starts Python from a memory snapshot taken at build time, after its packages had been
 * imported (tools/faststart/js/snapshot.mjs documents the format).
 *
 * It relies on private parts of Pyodide, so every assumption is checked, and the caller
 * has another way to start. Every failure must reject: a pending promise would leave the
 * page booting for ever.
 */

import { connectDeferred } from "./deferred-wasm.js";
import { importPyodide } from "./import-pyodide.js";
import { interceptFetch } from "./intercept-fetch.js";
import { afterRestore, overwrite, parseImage, prepare } from "./memory-image.js";

/** @typedef {import("../manifest.js").Snapshot} Snapshot */
/** @typedef {import("./memory-image.js").Image} Image */
/** @typedef {import("./runtime-files.js").Files} Files */
/** @typedef {import("./runtime-files.js").Report} Report */
/** @typedef {import("./side-modules.js").Emscripten} Emscripten */
/** @typedef {import("./side-modules.js").SideModule} SideModule */

/** Pyodide asks for a standard library; the snapshot has it in memory already. */
const NO_LIBRARY = "no-library.zip";
const EMPTY_ZIP = Uint8Array.of(0x50, 0x4b, 5, 6, ...Array(18).fill(0));
/** Seconds that Pyodide may take to boot once all its files have arrived. */
const BOOT_TIMEOUT_S = 20;
/** Milliseconds after a start until the deferred code is fetched, and before a retry. */
const DEFERRED_DELAY_MS = 2000;

/**
 * Pyodide with its packages imported. Rejects on any doubt.
 * @param {Snapshot} snapshot
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromSnapshot(snapshot, files, report) {
  const ended = new AbortController();
  const { signal } = ended;
  const pyodideModules = importPyodide(files); // first: most depends on it
  const image = files.decoded(snapshot.memory).then(parseImage);
  /** @type {Promise<WebAssembly.Module>} */
  const module = files.decoded(snapshot.wasm.first);
  const sideModules = Promise.all(
    snapshot.modules.map(async ({ file, path }) => ({
      path,
      module: await files.decoded(file),
    })),
  );
  const source = createDeferredSource(snapshot.wasm.deferred, files);
  const downloads = [pyodideModules, image, module, sideModules];
  for (const promise of downloads) promise.catch(() => {});
  try {
    const pyodide = await new Promise((resolve, reject) => {
      Promise.all(downloads).then(() => rejectLater(reject, signal), reject);
      const end = interceptFetch({
        files,
        answers: { [NO_LIBRARY]: { body: async () => EMPTY_ZIP } },
        module,
        instantiate: async (compiled, imports) => {
          const instance = await WebAssembly.instantiate(compiled, imports);
          connectDeferred(instance.exports, source.load);
          return instance;
        },
        reject,
      });
      signal.addEventListener("abort", end);
      const parts = { files, snapshot, pyodideModules, image, sideModules };
      restore({ ...parts, signal, report, reject }).then(resolve, reject);
    });
    source.fetchInBackground();
    return pyodide;
  } finally {
    ended.abort();
  }
}

/**
 * @param {(reason: Error) => void} reject
 * @param {AbortSignal} signal  of the end of the start
 */
function rejectLater(reject, signal) {
  const message = `the snapshot did not start within ${BOOT_TIMEOUT_S} s`;
  const timer = setTimeout(() => reject(new Error(message)), BOOT_TIMEOUT_S * 1000);
  signal.addEventListener("abort", () => clearTimeout(timer));
}

/**
 * Where the deferred code comes from: fetched in the background, until that succeeds, or
 * read synchronously if it is needed before.
 * @param {string} file
 * @param {Files} files
 */
export function createDeferredSource(file, files) {
  /** @type {WebAssembly.Module | undefined} */
  let module;
  return {
    load: () => (module ??= new WebAssembly.Module(files.readSync(file))),
    fetchInBackground() {
      let delay = DEFERRED_DELAY_MS;
      const attempt = async () => {
        try {
          module ??= await files.decoded(file);
        } catch {
          files.forget(file);
          delay *= 2;
          setTimeout(attempt, delay);
        }
      };
      setTimeout(attempt, delay);
    },
  };
}

/**
 * @param {object} parts
 * @param {Files} parts.files
 * @param {Snapshot} parts.snapshot
 * @param {Promise<any[]>} parts.pyodideModules
 * @param {Promise<Image>} parts.image
 * @param {Promise<SideModule[]>} parts.sideModules
 * @param {AbortSignal} parts.signal
 * @param {Report} parts.report
 * @param {(reason: unknown) => void} parts.reject  for errors that Pyodide swallows
 */
async function restore(parts) {
  const { files, snapshot, image, signal, report, reject } = parts;
  const [{ loadPyodide }, { default: factory }] = await parts.pyodideModules;
  if (signal.aborted) return; // a download failed: the start from wheels is under way
  // Pyodide wants its snapshot at once but reads only the header, and not before it has
  // the memory, which arrives last: so it gets an empty header now, filled in below.
  const header = new Uint8Array(snapshot.header);
  // Pyodide lets the error of this promise go unhandled: after one it has no use for it
  const lock = image.then(({ description }) => description.lock, () => new Promise(() => {}));
  const before = Promise.all([image, parts.sideModules]);
  const reported = before.then(() => report("python"));
  reported.catch(() => {}); // see `reject`
  const pyodide = await loadPyodide({
    indexURL: files.base.href,
    packageBaseUrl: files.base.href,
    stdLibURL: new URL(NO_LIBRARY, files.base).href,
    lockFileContents: lock,
    _loadSnapshot: Promise.resolve(header),
    async createPyodideModule(/** @type {any} */ settings) {
      settings.noInitialRun = true;
      settings.preRun.push((/** @type {Emscripten} */ python) => {
        python.addRunDependency("side modules");
        before
          .then(([{ description }, loaded]) => prepare(python, loaded, description))
          .then(() => python.removeRunDependency("side modules"), reject);
      });
      const python = await factory(settings);
      const restored = await image;
      checkFiles(files, restored.description.files);
      header.set(restored.header);
      overwrite(python, restored);
      return python;
    },
  });
  afterRestore(pyodide, (name) => files.readSync(snapshot.late[name]));
  return pyodide;
}

/**
 * Throws unless the snapshot was made with the files of this build.
 * @param {Files} files
 * @param {Record<string, string>} hashes  of what the snapshot was made with
 */
function checkFiles(files, hashes) {
  for (const [name, integrity] of Object.entries(hashes)) {
    if (files.entryOf(name).integrity !== integrity) {
      throw new Error(`the snapshot was made with another ${name}`);
    }
  }
}
