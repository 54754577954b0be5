// @ts-check
/** Starts Python as Pyodide's documentation has it: its library, then the packages. */

import { importCore } from "./import-pyodide.js";
import { DownloadError } from "./download.js";
import { foldersOf } from "./folders.js";
import { handOver } from "./intercept-fetch.js";
import { RUNTIME } from "../manifest.js";
import { BASE, entryOf } from "./runtime-files.js";

/** @typedef {import("../worker/protocol.js").Report} Report */
/** @typedef {import("./runtime-files.js").Files} Files */
/** @typedef {Awaited<ReturnType<typeof import("./unzip.js").unzip>>} Unpacked */

/**
 * Pyodide with NumPy and nnweb, ready to be imported.
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromPackages(files, report) {
  const { wasm, lock, library, wheels } = RUNTIME;
  const core = importCore(files);
  /** @type {Promise<WebAssembly.Module>} */
  const module = files.made(wasm);
  const text = files.made(lock).then((bytes) => new TextDecoder().decode(bytes));
  /** What is in each wheel, or the wheel where the browser can't unpack it. */
  const packages = Promise.all(
    wheels.map((name) => files.made(name).catch(() => files.get(name))),
  );
  const all = Promise.all([core, module, text, files.made(library), packages]);
  /** @type {() => void} */
  let end = () => {};
  try {
    return await new Promise((resolve, reject) => {
      all.catch(reject); // Pyodide never settles where a file is missing
      end = handOver({
        files: { [library]: { body: () => files.made(library) }, ...answers(files) },
        module,
        reject,
      });
      boot({ core, text, packages, report }).then(resolve, reject);
    });
  } finally {
    end();
  }
}

/** For wheels that Pyodide unpacks. @param {Files} files */
function answers(files) {
  return Object.fromEntries(
    RUNTIME.wheels.map((name) => {
      const { integrity } = entryOf(name);
      return [name, { body: () => files.get(name), integrity }];
    }),
  );
}

/**
 * @param {object} parts
 * @param {Promise<any[]>} parts.core
 * @param {Promise<string>} parts.text  of the lock
 * @param {Promise<(Unpacked | ArrayBuffer)[]>} parts.packages
 * @param {Report} parts.report
 */
async function boot({ core, text, packages, report }) {
  const [{ loadPyodide }, { default: createPyodideModule }] = await core;
  report("python");
  const pyodide = await loadPyodide({
    createPyodideModule,
    indexURL: BASE.href,
    stdLibURL: new URL(RUNTIME.library, BASE).href,
    lockFileContents: text,
    packageBaseUrl: BASE.href,
  });
  report("numpy");
  const unpacked = await packages;
  if (unpacked.every(Array.isArray)) install(pyodide, unpacked.flat());
  else await loadPackages(pyodide, ["numpy", "nnweb"]);
  return pyodide;
}

/**
 * Pyodide's own way has Python unpack wheels, which is a tenth of a start.
 * @param {any} pyodide
 * @param {Unpacked} files
 */
function install(pyodide, files) {
  const { site } = foldersOf(pyodide);
  for (const [name, content] of files) {
    const path = `${site}/${name}`;
    pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile(path, content, { canOwn: true }); // not a copy
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
