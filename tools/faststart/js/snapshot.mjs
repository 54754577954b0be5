// @ts-check
/**
 * Starts Python, runs the workload, and writes what that changed in memory.
 *
 * The file; numbers are little-endian, each part is padded to 16 bytes:
 *   u32 x 4: bytes of the description, bytes of the header, number of runs, bytes of data
 *   the description, JSON; Pyodide's own snapshot header
 *   the runs, u32 x 2 each: bytes to keep since the end of the last, bytes to overwrite
 *   the data of the runs, contiguous
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { loadSideModules, sameLayout } from "../../../site/js/boot/side-modules.js";
import {
  createPyodideModule,
  finish,
  job as anyJob,
  loadPyodide,
  pythonSource,
  readRuntime,
  runWorkload,
} from "./pyodide.mjs";

/** @typedef {import("../../../site/js/boot/side-modules.js").SideModule} SideModule */
/**
 * @typedef {object} Job
 * @property {string} runtime  folder with Pyodide's files and the compiled ones
 * @property {string} library  the compiled standard library in it
 * @property {string} site  folder with the contents of site-packages
 * @property {string} out  file to be written
 * @property {{file: string, path: string}[]} modules  side modules, loaded before the start
 * @property {Record<string, string>} late  side modules loaded on use, and their folders
 * @property {string} code  file with the code that thin.py left out
 * @property {Record<string, string>} files  hashes of what the snapshot depends on
 */

/** Bytes that are kept or overwritten as one. */
const GRANULE = 32;
/** Up to this many equal bytes between two runs cost less as data than as a new run. */
const GAP = 64;
/** Where inside/deferred.py looks first; the files in it are not part of the snapshot. */
const DEFERRED_FOLDER = "/lib/deferred";

/** @type {Job} */
const job = anyJob;

/** @type {SideModule[]} */
const modules = job.modules.map(({ file, path }) => ({
  path,
  module: new WebAssembly.Module(readRuntime(file)),
}));
const { info } = JSON.parse(readRuntime("pyodide-lock.json").toString());
const lock = { info, packages: {} };
const library = join(job.runtime, job.library);

const untouched = await beforeMain();
const imported = await afterImports();
if (!sameLayout(imported.layout, untouched.layout)) {
  const layouts = JSON.stringify([imported.layout, untouched.layout]);
  throw new Error(`two starts differ: ${layouts}`);
}
finish(write(imported));

/** Memory right after instantiation, which is the same in every browser. */
async function beforeMain() {
  let layout;
  const python = await new Promise((resolve, reject) => {
    loadPyodide({
      indexURL: job.runtime,
      stdLibURL: library,
      lockFileContents: lock,
      async createPyodideModule(/** @type {any} */ settings) {
        settings.noInitialRun = true;
        settings.preRun.push((/** @type {any} */ early) => {
          layout = loadSideModules(early, modules);
        });
        resolve(await createPyodideModule(settings));
        return new Promise(() => {}); // this Python never starts
      },
    }).catch(reject);
  });
  return { memory: python.HEAPU8.slice(), layout };
}

/** Memory with the packages imported and used once. */
async function afterImports() {
  let layout;
  const pyodide = await loadPyodide({
    indexURL: job.runtime,
    stdLibURL: library,
    lockFileContents: lock,
    _makeSnapshot: true,
    env: { HOME: "/home/pyodide" },
    createPyodideModule(/** @type {any} */ settings) {
      settings.preRun.push((/** @type {any} */ early) => {
        copyInto(early.FS, job.site, sitePackages());
        layout = loadSideModules(early, modules);
      });
      return createPyodideModule(settings);
    },
  });
  const run = (/** @type {string} */ name, options = {}) =>
    pyodide.runPython(pythonSource(name), options);
  pyodide.FS.mkdirTree(DEFERRED_FOLDER);
  pyodide.FS.writeFile(`${DEFERRED_FOLDER}/code`, readFileSync(job.code));
  const globals = pyodide.toPy({ JOB: { late: job.late } });
  run("before_imports.py", { globals });
  globals.destroy();
  run("workload");
  runWorkload(pyodide);
  run("known_answers.py");
  run("before_snapshot.py");
  zeroFreeMemory(pyodide._module);
  const snapshot = pyodide.makeMemorySnapshot();
  return { python: pyodide._module, layout, snapshot };
}

function sitePackages() {
  return job.modules[0].path.replace(/(site-packages)\/.*/, "$1");
}

/**
 * @param {any} FS
 * @param {string} from  folder of this machine
 * @param {string} to  folder of Pyodide's
 */
function copyInto(FS, from, to) {
  FS.mkdirTree(to);
  for (const name of readdirSync(from)) {
    const path = join(from, name);
    if (statSync(path).isDirectory()) copyInto(FS, path, `${to}/${name}`);
    else FS.writeFile(`${to}/${name}`, readFileSync(path));
  }
}

/**
 * Zero all freed memory, which compresses better: allocate it, large blocks first.
 * @param {any} python
 */
function zeroFreeMemory(python) {
  const end = python.HEAPU32[python._emscripten_get_sbrk_ptr() >>> 2];
  const blocks = [];
  for (let size = 1 << 18; size >= 16; size /= 2) {
    for (let fresh = 0; fresh < 8; ) {
      const block = python._malloc(size);
      blocks.push(block);
      if (block + size > end) fresh += 1; // never used before
      else python.HEAPU8.fill(0, block, block + size);
    }
  }
  for (const block of blocks) python._free(block);
}

/** `snapshot` is Pyodide's own: a header, then the whole memory. @param {any} imported */
function write({ python, layout, snapshot }) {
  const offset = new Uint32Array(snapshot.buffer, 0, 2)[1];
  const memory = snapshot.slice(offset);
  const runs = differences(memory, untouched.memory);
  const description = {
    files: job.files,
    modules: job.modules,
    layout,
    table: python.wasmTable.length,
    memory: memory.length,
    lock,
  };
  const deltas = new Uint32Array(runs.length * 2);
  let last = 0;
  runs.forEach(([start, end], i) => {
    deltas.set([start - last, end - start], 2 * i);
    last = end;
  });
  const text = new TextEncoder().encode(JSON.stringify(description));
  const header = snapshot.subarray(0, offset);
  const data = runs.map(([start, end]) => memory.subarray(start, end));
  const size = data.reduce((sum, { length }) => sum + length, 0);
  const sizes = new Uint32Array([text.length, header.length, runs.length, size]);
  const parts = [sizes, text, header, deltas].map(padded);
  writeFileSync(job.out, Buffer.concat([...parts, ...data]));
  return { memory: memory.length, changed: size };
}

/** @param {Uint8Array | Uint32Array} part */
function padded({ buffer, byteOffset, byteLength }) {
  const bytes = Buffer.alloc((byteLength + 15) & ~15);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  return bytes;
}

/**
 * Byte ranges [start, end) in which two memories differ; past its end, `older` is zero.
 * @param {Uint8Array} memory
 * @param {Uint8Array} older
 */
function differences(memory, older) {
  const before = new Uint8Array(memory.length);
  before.set(older.subarray(0, memory.length));
  const a = new BigUint64Array(memory.buffer);
  const b = new BigUint64Array(before.buffer);
  /** @type {[number, number][]} */
  const runs = [];
  for (let i = 0; i < a.length; i += GRANULE / 8) {
    if (a.subarray(i, i + 4).every((word, j) => word === b[i + j])) continue;
    const start = i * 8;
    const last = runs.at(-1);
    if (last !== undefined && start - last[1] <= GAP) last[1] = start + GRANULE;
    else runs.push([start, start + GRANULE]);
  }
  return runs;
}
