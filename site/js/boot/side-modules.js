// @ts-check
/**
 * Loads NumPy's WebAssembly modules into a Pyodide that has not started yet, each at the
 * same place of memory and table every time. Both ends of a snapshot do it by this same
 * code, the one that makes it (tools/faststart/js/snapshot.mjs) and the one that restores it: so
 * that all pointers in the one hold in the other. Pure but for what it is given.
 */

// oxlint-disable no-underscore-dangle -- these are Emscripten's and Pyodide's own names

/** @typedef {any} Emscripten  Pyodide's own module object, private to it */
/** @typedef {{path: string, module: WebAssembly.Module}} SideModule */
/**
 * What must be equal on both ends.
 * @typedef {object} Layout
 * @property {number[]} table  entries before the first module, and after each
 * @property {number} end  of the memory in use, in bytes
 */

/**
 * Where the address of Pyodide's call trampoline is kept: a function of the table, which
 * not every engine has. It is the one pointer that an image must not bring along.
 * @param {Emscripten} python
 */
export function trampolineSlot(python) {
  const offset = python.HEAP32[python.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
  return (python.__PyRuntime + offset) >>> 2;
}

/**
 * @param {Emscripten} python  before its main function ran
 * @param {SideModule[]} modules
 * @param {number} [start]  entries that the table must have before the first
 * @returns {Layout}
 */
export function loadSideModules(python, modules, start) {
  const table = python.wasmTable;
  // without the trampoline there is one entry less: leave its place empty
  const gap = python.HEAP32[trampolineSlot(python)] === 0 ? 1 : 0;
  grow(table, start ?? table.length + gap);
  const entries = [table.length];
  for (const { path, module } of modules) {
    const library = python.newDSO(path, undefined, "loading");
    library.refcount = Infinity;
    library.global = false;
    library.exports = python.loadWebAssemblyModule(module, { nodelete: true }, path, {});
    entries.push(table.length);
  }
  const end = python.HEAPU32[python._emscripten_get_sbrk_ptr() >>> 2];
  return { table: entries, end };
}

/**
 * @param {WebAssembly.Table} table
 * @param {number} length
 */
export function grow(table, length) {
  if (table.length < length) table.grow(length - table.length);
}

/** @param {Layout} a  @param {Layout} b */
export const sameLayout = (a, b) =>
  a.end === b.end && a.table.join() === b.table.join();
