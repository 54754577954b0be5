// @ts-check
/** Starts Python from the snapshot as the page does, and lists the functions that run. */

import { readFileSync } from "node:fs";

import {
  afterRestore,
  overwrite,
  parseImage,
  prepare,
} from "../../../site/js/boot/memory-image.js";
import {
  createPyodideModule,
  finish,
  job as anyJob,
  loadPyodide,
  readRuntime,
  runWorkload,
} from "./pyodide.mjs";

/**
 * @typedef {object} Job
 * @property {string} runtime  folder with Pyodide's files and the side modules
 * @property {string} library  an empty archive
 * @property {string} image  the snapshot
 * @property {string} traced  Pyodide's WebAssembly, instrumented by split.py
 */

/** @type {Job} */
const job = anyJob;

const { buffer, byteOffset, byteLength } = readFileSync(job.image);
const image = parseImage(
  /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + byteLength)),
);
const modules = image.description.modules.map(({ file, path }) => ({
  path,
  module: new WebAssembly.Module(readRuntime(file)),
}));

const trace = instantiateInstead(new WebAssembly.Module(readFileSync(job.traced)));
const pyodide = await loadPyodide({
  indexURL: job.runtime,
  stdLibURL: job.library,
  lockFileContents: image.description.lock,
  _loadSnapshot: Promise.resolve(image.header),
  async createPyodideModule(/** @type {any} */ settings) {
    settings.noInitialRun = true;
    settings.preRun.push((/** @type {any} */ python) =>
      prepare(python, modules, image.description),
    );
    const python = await createPyodideModule(settings);
    overwrite(python, image);
    return python;
  },
});
afterRestore(pyodide, () => {
  throw new Error("the workload needs code that thin.py left out");
});
runWorkload(pyodide);
runWorkload(pyodide, true);

const table = await trace;
const called = [];
for (let i = 0; i < table.length; i += 1) if (table.get(i) !== null) called.push(i);
finish({ called });

/**
 * Make Pyodide instantiate `module` in place of its own.
 * @param {WebAssembly.Module} module
 * @returns {Promise<WebAssembly.Table>}  entry k is set once function k was called
 */
function instantiateInstead(module) {
  const original = WebAssembly.instantiate;
  return new Promise((resolve) => {
    WebAssembly.instantiate = /** @type {any} */ (
      async (/** @type {any} */ other, /** @type {WebAssembly.Imports} */ imports) => {
        // Pyodide also instantiates a small module without imports at about this time
        if (imports === undefined) return original(other);
        WebAssembly.instantiate = original;
        const instance = await original(module, imports);
        resolve(/** @type {WebAssembly.Table} */ (instance.exports.trace));
        return { module, instance };
      }
    );
  });
}
