// @ts-check
/** Start Python from its memory as the page does, use it, and tell what code that ran. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { overwrite, parseImage, prepare, wake } from "../../../site/js/boot/memory-image.js";
import { digits, use } from "./use.mjs";

/**
 * @typedef {object} Job
 * @property {string} runtime  a folder with Pyodide's files and the side modules
 * @property {string} library  an archive with nothing in it
 * @property {string} image  the memory
 * @property {string} traced  Pyodide's WebAssembly as tools/faststart/split.py has it traced
 * @property {string[]} networks  weights files to be used
 * @property {string} digits  MNIST's images for training
 */

/** Digits that are recognised: some code runs only now and then. */
const COUNT = 200;

const [, , given, made] = process.argv;
/** @type {Job} */
const job = JSON.parse(readFileSync(given, "utf8"));
const at = (/** @type {string} */ path) => pathToFileURL(path).href;
const { loadPyodide } = await import(at(join(job.runtime, "pyodide.mjs.js")));
const { default: factory } = await import(at(join(job.runtime, "pyodide.asm.mjs.js")));

const { buffer, byteOffset, byteLength } = readFileSync(job.image);
const image = parseImage(buffer.slice(byteOffset, byteOffset + byteLength));
const modules = image.description.modules.map(({ file, path }) => ({
  path,
  module: new WebAssembly.Module(readFileSync(join(job.runtime, file))),
}));

const trace = instead(new WebAssembly.Module(readFileSync(job.traced)));
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
    const python = await factory(settings);
    overwrite(python, image);
    return python;
  },
});
wake(pyodide, () => {
  throw new Error("no function is called whose code was left out");
});
use(pyodide, job.networks);
use(pyodide, job.networks, digits(job.digits, COUNT));

const table = await trace;
const called = [];
for (let i = 0; i < table.length; i += 1) if (table.get(i) !== null) called.push(i);
writeFileSync(made, JSON.stringify({ called }));
process.exit(0);

/**
 * Have Pyodide instantiate `module` in the place of its own.
 * @param {WebAssembly.Module} module
 * @returns {Promise<WebAssembly.Table>}  that tells which functions were called
 */
function instead(module) {
  const original = WebAssembly.instantiate;
  return new Promise((resolve) => {
    WebAssembly.instantiate = /** @type {any} */ (
      async (/** @type {any} */ other, /** @type {WebAssembly.Imports} */ imports) => {
        // Pyodide also has a module of its own, which imports nothing, at about this time
        if (imports === undefined) return original(other);
        WebAssembly.instantiate = original;
        const instance = await original(module, imports);
        resolve(/** @type {WebAssembly.Table} */ (instance.exports.trace));
        return { module, instance };
      }
    );
  });
}
