// @ts-check
/**
 * Python in this worker: the only file that touches Pyodide.
 *
 * All files are fetched in parallel from the first moment and checked before any of
 * them is used; Pyodide never settles on a damaged one. It has no way to be handed
 * bytes, it fetches; so while it starts, what it fetches is answered with ours.
 */

import { DownloadError, fetchBytes } from "./download.js";
import { RUNTIME } from "./manifest.js";

/** @typedef {import("./protocol.js").Stage} Stage */
/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {(stage: Stage, loaded?: number, total?: number) => void} Report */
/** @typedef {Map<string, Promise<ArrayBuffer>>} Files  by name */
/** @typedef {any} PyProxy  a Python object, alive until `destroy` */

const BASE = new URL(RUNTIME.base, import.meta.url);

/** Milliseconds between two reports of the bytes that came. */
const REPORT_EVERY_MS = 50;

/**
 * Boot Python with NumPy and nnweb.
 * @param {Report} report
 */
export async function startPython(report) {
  const files = download(report);
  const restoreFetch = answerFetches(files);
  try {
    const pyodide = await Promise.race([boot(files, report), firstFailure(files)]);
    return recognizer(pyodide);
  } catch (error) {
    throw plainError(error);
  } finally {
    restoreFetch();
  }
}

/**
 * Start the download of every file.
 * @param {Report} report
 * @returns {Files}
 */
function download(report) {
  const total = RUNTIME.files.reduce((sum, { size }) => sum + size, 0);
  /** @type {Map<string, number>} */
  const loaded = new Map();
  let last = -Infinity;
  const count = () => {
    const sum = [...loaded.values()].reduce((a, b) => a + b, 0);
    if (sum < total && performance.now() - last < REPORT_EVERY_MS) return;
    last = performance.now();
    report("download", sum, total);
  };
  const entries = RUNTIME.files.map(({ file, integrity }) => {
    const onBytes = (/** @type {number} */ bytes) => {
      loaded.set(file, bytes);
      count();
    };
    const bytes = fetchBytes(new URL(file, BASE), { integrity, onBytes });
    bytes.catch(() => {}); // firstFailure tells
    return /** @type {const} */ ([file, bytes]);
  });
  return new Map(entries);
}

/**
 * Rejects with the first download that fails, and else never settles.
 * @param {Files} files
 * @returns {Promise<never>}
 */
async function firstFailure(files) {
  await Promise.all(files.values());
  return new Promise(() => {});
}

/**
 * From now on, answer what Pyodide fetches of the runtime with the checked bytes.
 * Returns the function that ends it.
 * @param {Files} files
 */
function answerFetches(files) {
  const original = globalThis.fetch;
  const known = new Map(RUNTIME.files.map((f) => [new URL(f.file, BASE).href, f]));
  globalThis.fetch = async (input, init) => {
    const file = known.get(input instanceof Request ? input.url : String(input));
    const bytes = file && (await files.get(file.file));
    // Pyodide's lock has hashes of its own: they must be those that were checked
    const same = init?.integrity === undefined || init.integrity === file?.integrity;
    if (file === undefined || bytes === undefined || !same) return original(input, init);
    // only of WebAssembly does anyone ask the type
    return new Response(bytes, { headers: { "Content-Type": "application/wasm" } });
  };
  return () => {
    globalThis.fetch = original;
  };
}

/**
 * @param {Files} files
 * @param {Report} report
 */
async function boot(files, report) {
  // modules can't be handed over: this checks them, the import then finds them cached
  await Promise.all([files.get("pyodide.mjs"), files.get("pyodide.asm.mjs")]);
  const { loadPyodide } = await importPyodide();
  report("python");
  const pyodide = await loadPyodide({
    indexURL: BASE.href,
    lockFileContents: new TextDecoder().decode(await files.get("pyodide-lock.json")),
    packageBaseUrl: BASE.href,
  });
  report("numpy");
  await loadPackages(pyodide, ["numpy", "nnweb"]);
  return pyodide;
}

async function importPyodide() {
  const url = new URL("pyodide.mjs", BASE).href;
  try {
    return await import(url);
  } catch (error) {
    const message = "pyodide.mjs: the browser could not load it";
    throw new DownloadError(message, { cause: error });
  }
}

/**
 * `loadPackage` resolves even when a package failed: only its callback tells.
 * @param {any} pyodide
 * @param {string[]} names
 */
async function loadPackages(pyodide, names) {
  /** @type {string[]} */
  const problems = [];
  await pyodide.loadPackage(names, {
    messageCallback: () => {},
    errorCallback: (/** @type {string} */ message) => problems.push(message),
  });
  if (problems.length > 0) throw new DownloadError(problems.join("; "));
}

/**
 * The functions that the worker serves.
 * @param {any} pyodide
 */
function recognizer(pyodide) {
  const web = pyodide.pyimport("nnweb.web");
  /** @type {PyProxy} */
  let current;

  /**
   * @param {ArrayBuffer} weights
   * @returns {Description}
   */
  function open(weights) {
    const next = withBuffer(pyodide, weights, (bytes) => web.Recognizer(bytes));
    try {
      const description = toPlain(next.describe());
      current?.destroy();
      current = next;
      return description;
    } catch (error) {
      next.destroy();
      throw plainError(error);
    }
  }

  /**
   * @param {Picture} picture
   * @returns {Answer}
   */
  function recognize({ pixels, width, height, fit }) {
    if (current === undefined) throw new Error("recognize: no network is open yet");
    return withBuffer(pyodide, pixels, (bytes) =>
      toPlain(current.recognize(bytes, width, height, fit)),
    );
  }

  return { open, recognize };
}

/**
 * Call `use` with the buffer as a Python memoryview, which ends with the call.
 * @template T
 * @param {any} pyodide
 * @param {ArrayBuffer} buffer
 * @param {(bytes: PyProxy) => T} use
 * @returns {T}
 */
function withBuffer(pyodide, buffer, use) {
  const bytes = pyodide.toPy(new Uint8Array(buffer));
  try {
    return use(bytes);
  } catch (error) {
    throw plainError(error);
  } finally {
    bytes.destroy();
  }
}

/**
 * A dict of plain values as an object; the proxy is destroyed.
 * @param {PyProxy} dict
 */
function toPlain(dict) {
  try {
    return dict.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    dict.destroy();
  }
}

/**
 * Python's error as one of its own name and only its last line; the traceback is kept
 * as the cause. A fatal one is named so: Python is beyond repair.
 * @param {any} thrown
 */
function plainError(thrown) {
  if (thrown?.pyodide_fatal_error === true) {
    return Object.assign(new Error(`Python broke down: ${thrown.message}`), {
      name: "FatalError",
      cause: thrown,
    });
  }
  if (thrown?.name !== "PythonError") return thrown;
  const last = String(thrown.message).trimEnd().split("\n").at(-1) ?? "";
  const [, path, text] = /^([\w.]+): (.*)$/.exec(last) ?? [undefined, thrown.type, last];
  return Object.assign(new Error(text, { cause: thrown }), {
    name: path.split(".").at(-1),
  });
}
