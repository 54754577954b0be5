// @ts-check
/** Starts Python as Pyodide's documentation has it: its library, then the packages. */

import { importCore } from "./core.js";
import { DownloadError } from "./download.js";
import { answerFetches } from "./handover.js";
import { RUNTIME } from "./manifest.js";
import { BASE, entryOf, forPackages } from "./runtime.js";

/** @typedef {import("./protocol.js").Report} Report */
/** @typedef {import("./runtime.js").Files} Files */

/**
 * Pyodide with NumPy and nnweb, ready to be imported.
 * @param {Files} files
 * @param {Report} report
 */
export async function startFromPackages(files, report) {
  const downloads = files.all(forPackages);
  const end = answerFetches(
    new Map(
      forPackages.map((name) => {
        const { integrity } = entryOf(name);
        return [name, { body: () => files.get(name), integrity }];
      }),
    ),
  );
  try {
    // Pyodide never settles where a file is missing
    const failure = downloads.then(() => new Promise(() => {}));
    return await Promise.race([boot(files, report), failure]);
  } finally {
    end();
  }
}

/**
 * @param {Files} files
 * @param {Report} report
 */
async function boot(files, report) {
  const [{ loadPyodide }] = await importCore(files);
  report("python");
  const pyodide = await loadPyodide({
    indexURL: BASE.href,
    stdLibURL: new URL(RUNTIME.library, BASE).href,
    lockFileContents: new TextDecoder().decode(await files.get(RUNTIME.lock)),
    packageBaseUrl: BASE.href,
  });
  report("numpy");
  await loadPackages(pyodide, ["numpy", "nnweb"]);
  return pyodide;
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
