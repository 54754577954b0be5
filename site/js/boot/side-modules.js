/**
 * Loads side modules (NumPy's WebAssembly) into a Pyodide that has not started, always at
 * the same addresses. tools/faststart/js/snapshot.mjs makes snapshots with this same code,
 * so pointers in a snapshot stay valid.
 */

/** @typedef {any} Emscripten  Pyodide's own module object, private to it */
/** @typedef {{path: string, module: WebAssembly.Module}} SideModule */
/**
 * Must be equal where a snapshot is made and restored.
 * @typedef {object} Layout
 * @property {number[]} table  entries before the first module, and after each
 * @property {number} end  of used memory, in bytes
 */

/**
 * Index in HEAP32 of the address of Pyodide's call trampoline. Not every engine has one, so
 * this is the one pointer that a snapshot must not overwrite.
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
  // without the trampoline the table has one entry less: leave a gap
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
