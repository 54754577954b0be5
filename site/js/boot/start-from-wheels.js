/** Starts Python as Pyodide documents it: the standard library, then the packages. */

import { DownloadError } from "./download.js";
import { importPyodide, pathsOf } from "./import-pyodide.js";
import { interceptFetch } from "./intercept-fetch.js";

/** @typedef {import("./decode.js").Unpacked} Unpacked */
/** @typedef {import("./runtime-files.js").Files} Files */
/** @typedef {import("./runtime-files.js").Report} Report */

/**
 * Pyodide with the wheels' packages, ready to be imported.
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromWheels(files, report) {
  const { wasm, lock, library, wheels } = files.runtime;
  const pyodideModules = importPyodide(files);
  /** @type {Promise<WebAssembly.Module>} */
  const module = files.decoded(wasm);
  const lockText = files.decoded(lock).then((bytes) => new TextDecoder().decode(bytes));
  /** Each wheel's files, or the wheel itself where this browser cannot unpack it. */
  const packages = Promise.all(
    wheels.map((name) => files.decoded(name).catch(() => files.get(name))),
  );
  const all = [pyodideModules, module, lockText, files.decoded(library), packages];
  /** @type {() => void} */
  let end = () => {};
  try {
    return await new Promise((resolve, reject) => {
      Promise.all(all).catch(reject); // Pyodide never settles if a file is missing
      const answers = {
        [library]: { body: () => files.decoded(library) },
        ...wheelAnswers(files),
      };
      end = interceptFetch({ files, answers, module, reject });
      boot({ files, pyodideModules, lockText, packages, report }).then(resolve, reject);
    });
  } finally {
    end();
  }
}

/** For wheels that Pyodide unpacks. @param {Files} files */
function wheelAnswers(files) {
  return Object.fromEntries(
    files.runtime.wheels.map((name) => {
      const { integrity } = files.entryOf(name);
      return [name, { body: () => files.get(name), integrity }];
    }),
  );
}

/**
 * @param {object} parts
 * @param {Files} parts.files
 * @param {Promise<any[]>} parts.pyodideModules
 * @param {Promise<string>} parts.lockText
 * @param {Promise<(Unpacked | ArrayBuffer)[]>} parts.packages
 * @param {Report} parts.report
 */
async function boot({ files, pyodideModules, lockText, packages, report }) {
  const [{ loadPyodide }, { default: createPyodideModule }] = await pyodideModules;
  report("python");
  const pyodide = await loadPyodide({
    createPyodideModule,
    indexURL: files.base.href,
    packageBaseUrl: files.base.href,
    stdLibURL: new URL(files.runtime.library, files.base).href,
    lockFileContents: lockText,
  });
  report("numpy");
  const unpacked = await packages;
  if (unpacked.every(Array.isArray)) install(pyodide, unpacked.flat());
  else await loadPackages(pyodide, files.runtime.wheels.map(packageOf));
  return pyodide;
}

/** @param {string} wheel  its file name begins with the package's name */
const packageOf = (wheel) => wheel.split("-")[0];

/**
 * Pyodide has Python unpack wheels, which takes a tenth of a start.
 * @param {any} pyodide
 * @param {Unpacked} contents
 */
function install(pyodide, contents) {
  const { site } = pathsOf(pyodide);
  for (const [name, content] of contents) {
    const path = `${site}/${name}`;
    pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile(path, content, { canOwn: true }); // does not copy
  }
}

/**
 * `loadPackage` resolves even if a package failed: only its callback reports it.
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
