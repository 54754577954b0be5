/** A small manifest for tests: as tools/build writes it, of files that do not exist. */

/** @param {string} file @param {string} base */
const entry = (file, base) => ({ base, file, size: 10, integrity: `sha256-${file}` });

const RUNTIME_BASE = "../../runtime-000000000000/";
const NNWEB_BASE = "../../nnweb-000000000000/";

const PLAIN = (
  "pyodide.mjs.js pyodide.asm.mjs.js pyodide.asm.wasm first.wasm deferred.wasm core.so " +
  "numpy.whl numpy-whole.whl library.zip python_stdlib.zip"
).split(" ");
const CHANGING = "nnweb.whl nnweb-whole.whl pyodide-lock.json snapshot.bin.gz".split(" ");

/** @param {string} file */
const inRuntime = (file) => entry(file, RUNTIME_BASE);
/** @param {string} file */
const inNnweb = (file) => entry(file, NNWEB_BASE);

export const VERSION = "1.0.0";
export const COMPANIONS = true;

export const RUNTIME = {
  base: RUNTIME_BASE,
  files: [...PLAIN.map(inRuntime), ...CHANGING.map(inNnweb)],
  core: ["pyodide.mjs.js", "pyodide.asm.mjs.js"],
  wasm: "pyodide.asm.wasm",
  compiled: true,
  library: "library.zip",
  wheels: ["numpy.whl", "nnweb.whl"],
  lock: "pyodide-lock.json",
  rest: { library: "python_stdlib.zip", wheels: ["numpy-whole.whl", "nnweb-whole.whl"] },
  snapshot: {
    memory: "snapshot.bin.gz",
    header: 4,
    wasm: { first: "first.wasm", deferred: "deferred.wasm" },
    modules: [{ file: "core.so", path: "/lib/core.so" }],
    late: {},
  },
  firstBytes: 60,
};

export const MODELS = ["cnn", "mlp"].map((name) => ({
  name,
  url: `../../models-000000000000/${name}.json`,
  accuracy: name === "cnn" ? 0.99 : null,
  file: `${name}.json`,
  size: 10,
  integrity: `sha256-${name}`,
}));

export const MNIST = {
  base: "../../mnist-000000000000/",
  block: 1000,
  train: { count: 0, blocks: [] },
  test: { count: 0, blocks: [] },
};

export const NUMBER_PADS = { "": { file: "", integrity: "" } };
/** @type {Record<string, string>} */
export const LANGUAGES = { de: { file: "../../de-000000000000/js/", integrity: "" } };

/** @param {string} path */
export function resolveUrl(path) {
  return new URL(path, import.meta.url);
}

export const sitePath = () => "/";

export const WORKERS = {
  python: { file: "python-worker.js", integrity: "" },
  lab: { file: "lab-worker.js", integrity: "" },
  playground: { file: "playground-worker.js", integrity: "" },
};
