/**
 * Loads the deferred half of Pyodide's WebAssembly on first use. tools/faststart/split.py
 * splits it: the first half has the code that a page runs, the second all other code.
 */

/** A module that exports the function it imports, since tables take no other. */
// prettier-ignore
const WRAP = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 4, 1, 0x60, 0, 0, // type: no parameters, no results
  2, 7, 1, 1, 0x66, 1, 0x66, 0, 0, // import f.f
  7, 5, 1, 1, 0x66, 0, 0, // export f
);

/**
 * Let the first half load the second when it first calls into it. If that fails, the next
 * such call tries again.
 * @param {WebAssembly.Exports} first  exports of the first half
 * @param {() => WebAssembly.Module} getSecond  the compiled second half; may throw
 */
export function connectDeferred(first, getSecond) {
  const table = /** @type {WebAssembly.Table} */ (first.deferred);
  const byPlace = new Proxy(
    {},
    { get: (_, /** @type {string} */ place) => table.get(parseInt(place, 36)) },
  );
  const load = () => new WebAssembly.Instance(getSecond(), { e: first, f: byPlace });
  const imports = { f: { f: load } };
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(WRAP), imports).exports;
  table.set(0, f);
}
