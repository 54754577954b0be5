// @ts-check
/**
 * Pyodide's WebAssembly comes in two modules (tools/split.py): the first holds the code
 * that a page runs, and the second, with all else, is brought in when any of it is first
 * called. Pure but for what it is given.
 */

/** A module of one function, which it imports and exports: so it fits into a table. */
// prettier-ignore
const WRAP = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 4, 1, 0x60, 0, 0, // one type: no parameters, no results
  2, 7, 1, 1, 0x66, 1, 0x66, 0, 0, // import f.f, a function of it
  7, 5, 1, 1, 0x66, 0, 0, // export it as f
);

/**
 * @param {WebAssembly.Exports} first  of the first module's instance
 * @param {() => WebAssembly.Module} load  the second module
 */
export function bringSeldom(first, load) {
  const table = /** @type {WebAssembly.Table} */ (first.seldom);
  const wrap = (/** @type {() => void} */ f) =>
    new WebAssembly.Instance(new WebAssembly.Module(WRAP), { f: { f } }).exports.f;
  const f = new Proxy(
    {},
    { get: (_, /** @type {string} */ place) => table.get(parseInt(place, 36)) },
  );
  table.set(
    0,
    wrap(() => new WebAssembly.Instance(load(), { e: first, f })),
  );
}
