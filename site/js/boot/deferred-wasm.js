// @ts-check
/**
 * Pyodide's WebAssembly comes in two modules. The first has the code that a page runs and
 * the exports that it needs; the second is brought in when any other code is first called
 * (tools/faststart/split.py), or a further module is loaded, which may need any export
 * (tools/faststart/trim.py). Pure but for what it is given.
 */

/** @typedef {import("./side-modules.js").Emscripten} Emscripten */

/** A module of one function, which it imports and exports: so it fits into a table. */
// prettier-ignore
const WRAP = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 4, 1, 0x60, 0, 0, // one type: no parameters, no results
  2, 7, 1, 1, 0x66, 1, 0x66, 0, 0, // import f.f, a function of it
  7, 5, 1, 1, 0x66, 0, 0, // export it as f
);
/** The functions by which Python loads modules and finds what they export. */
const LOADING = ["_dlopen_js", "_emscripten_dlopen_js", "_dlsym_js"];

/** @param {() => WebAssembly.Module} load  the second module */
export function createSeldom(load) {
  /** @type {WebAssembly.Exports} */
  let first;
  /** @type {Emscripten} */
  let python;
  let all = false; // is exported

  function bring() {
    const table = /** @type {WebAssembly.Table} */ (first.seldom);
    const f = new Proxy(
      {},
      { get: (_, /** @type {string} */ place) => table.get(parseInt(place, 36)) },
    );
    return new WebAssembly.Instance(load(), { e: first, f });
  }

  function exportAll() {
    all = true;
    const [text] = WebAssembly.Module.customSections(load(), "later");
    const { functions, constants } = JSON.parse(new TextDecoder().decode(text));
    const table = /** @type {WebAssembly.Table} */ (first.later);
    /** @type {Record<string, unknown>} */
    const exports = {};
    for (const [name, address] of Object.entries(constants)) {
      exports[name] = new WebAssembly.Global({ value: "i32" }, address);
    }
    for (const [place, name] of functions.entries()) {
      exports[name] = table.get(place);
    }
    python.mergeLibSymbols(exports, "main");
    python.updateGOT(exports);
  }

  return {
    /** To be done with what the first module will import. @param {any} imports */
    watch({ env }) {
      for (const name of LOADING) {
        const act = env[name];
        const acts = (/** @type {unknown[]} */ ...given) => {
          if (!all) exportAll();
          return act(...given);
        };
        env[name] = Object.assign(acts, { sig: act.sig });
      }
    },
    /** And with what it exports. @param {WebAssembly.Exports} exports */
    join(exports) {
      first = exports;
      const { f } = new WebAssembly.Instance(new WebAssembly.Module(WRAP), {
        f: { f: bring },
      }).exports;
      /** @type {WebAssembly.Table} */ (first.seldom).set(0, f);
    },
    /** And with what it then is a part of. @param {Emscripten} whole */
    belong(whole) {
      python = whole;
    },
  };
}
