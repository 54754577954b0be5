// @ts-check
/**
 * Start Python, import NumPy and nnweb, and keep what that changed in its memory.
 *
 * The file, all numbers little-endian, each part padded to 16 bytes:
 *   u32 x 4: bytes of the description, bytes of the header, number of runs, bytes of data
 *   the description, JSON; Pyodide's own header of a snapshot
 *   the runs, u32 x 2 each: bytes since the last run's end that stay, bytes to overwrite
 *   the data of the runs, one after the other
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { use } from "./use.mjs";

/** @typedef {import("../../../site/js/boot/side-modules.js").SideModule} SideModule */
/**
 * @typedef {object} Job
 * @property {string} runtime  a folder with Pyodide's files and the compiled ones
 * @property {string} library  the compiled standard library in it
 * @property {string} site  a folder with what goes into site-packages
 * @property {string} inside  tools/inside
 * @property {string} loader  site/js/boot/side-modules.js
 * @property {string[]} networks  weights files to be used once
 * @property {string} out  the file to be written
 * @property {{file: string, path: string}[]} modules  to be loaded before the start
 * @property {Record<string, string>} late  modules to be loaded when used, and their folder
 * @property {string} rest  the file with the code that is left out of `library` and `site`
 * @property {Record<string, string>} files  hashes of what the snapshot depends on
 */

/** Bytes that are written or left as one. */
const GRANULE = 32;
/** Where tools/faststart/inside/later.py looks first; no file is kept in the snapshot. */
const REST = "/lib/nnweb-rest";
/** So few equal bytes between two runs cost less as data than as another run. */
const GAP = 64;

const [, , given, made] = process.argv;
/** @type {Job} */
const job = JSON.parse(readFileSync(given, "utf8"));
const at = (/** @type {string} */ path) => pathToFileURL(path).href;
const { loadPyodide } = await import(at(join(job.runtime, "pyodide.mjs.js")));
const { default: factory } = await import(at(join(job.runtime, "pyodide.asm.mjs.js")));
const { loadSideModules, sameLayout } = await import(at(job.loader));

/** @type {SideModule[]} */
const modules = await Promise.all(
  job.modules.map(async ({ file, path }) => ({
    path,
    module: await WebAssembly.compile(readFileSync(join(job.runtime, file))),
  })),
);
const { info } = JSON.parse(
  readFileSync(join(job.runtime, "pyodide-lock.json"), "utf8"),
);
const lock = { info, packages: {} };
const library = join(job.runtime, job.library);

const untouched = await beforeMain();
const { python, layout, snapshot } = await afterImports();
if (!sameLayout(layout, untouched.layout)) {
  throw new Error(`two starts differ: ${JSON.stringify([layout, untouched.layout])}`);
}
write(python, snapshot);
process.exit(0);

/** Memory right after WebAssembly's instantiation, as every browser has it too. */
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
        resolve(await factory(settings));
        return new Promise(() => {}); // as far as this one goes
      },
    }).catch(reject);
  });
  return { memory: python.HEAPU8.slice(), layout };
}

/** Memory with NumPy and nnweb imported and used once. */
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
      return factory(settings);
    },
  });
  const run = (/** @type {string} */ name, options = {}) =>
    pyodide.runPython(readFileSync(join(job.inside, name), "utf8"), options);
  pyodide.FS.mkdirTree(REST);
  pyodide.FS.writeFile(`${REST}/code`, readFileSync(job.rest));
  const globals = pyodide.toPy({ JOB: { late: job.late } });
  run("begin.py", { globals });
  globals.destroy();
  run("exercise.py");
  use(pyodide, job.networks);
  run("answers.py");
  run("settle.py");
  wipe(pyodide._module);
  const snapshot = pyodide.makeMemorySnapshot();
  return { python: pyodide._module, layout, snapshot };
}

function sitePackages() {
  return job.modules[0].path.replace(/(site-packages)\/.*/, "$1");
}

/**
 * @param {any} FS
 * @param {string} from  a folder of this machine
 * @param {string} to  a folder of Pyodide's
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
 * Overwrite what C had once and has given back: take all of it, large pieces first.
 * @param {any} python
 */
function wipe(python) {
  const end = python.HEAPU32[python._emscripten_get_sbrk_ptr() >>> 2];
  const taken = [];
  for (let size = 1 << 18; size >= 16; size /= 2) {
    for (let fresh = 0; fresh < 8; ) {
      const piece = python._malloc(size);
      taken.push(piece);
      if (piece + size > end) fresh += 1;
      else python.HEAPU8.fill(0, piece, piece + size);
    }
  }
  for (const piece of taken) python._free(piece);
}

/**
 * @param {any} python
 * @param {Uint8Array} snapshot  Pyodide's own: its header, then all of memory
 */
function write(python, snapshot) {
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
  writeFileSync(made, JSON.stringify({ memory: memory.length, changed: size }));
}

/** @param {Uint8Array | Uint32Array} part */
function padded({ buffer, byteOffset, byteLength }) {
  const bytes = Buffer.alloc((byteLength + 15) & ~15);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  return bytes;
}

/**
 * Where two memories differ, as [start, end) in bytes; past its end, the older is zero.
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
