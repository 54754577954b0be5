/** Imports Pyodide's own modules, and knows where it keeps Python's files. */

import { companionOf, forgoCompanion } from "./companions.js";
import { DownloadError } from "./download.js";

/** @typedef {import("./runtime-files.js").Files} Files */

/**
 * Import Pyodide's two modules; each is checked before any of it is called.
 * @param {Files} files
 * @returns {Promise<any[]>}
 */
export async function importPyodide(files) {
  return Promise.all(
    files.runtime.core.map(async (name) => {
      const url = new URL(name, files.base);
      if (companionOf(url) !== null) {
        const bytes = await files.get(name);
        try {
          return await importBytes(bytes, url);
        } catch {
          forgoCompanion(url); // the host sends a policy that forbids modules from blobs
          files.forget(name);
        }
      }
      return importUrl(files, name, url);
    }),
  );
}

/**
 * Without a blob a module is downloaded twice: the browser's cache has it.
 * @param {Files} files
 * @param {string} name
 * @param {URL} url
 */
async function importUrl(files, name, { href }) {
  const early = import(href);
  early.catch(() => {});
  let copies = 0;
  await files.get(name, () => (copies += 1));
  try {
    // a browser never retries the URL of an import that failed or was damaged
    const again = () => import(`${href}#retry`);
    return await (copies > 1 ? again() : early.catch(again));
  } catch (error) {
    const message = `${name}: the browser could not load this module`;
    throw new DownloadError(message, { cause: error });
  }
}

/** @param {ArrayBuffer} bytes  of a module  @param {URL} url  that it was unpacked for */
async function importBytes(bytes, { href }) {
  // Pyodide knows its own stack frames by the name of their file
  const parts = [bytes, `\n//# sourceURL=${href}`];
  const blob = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  try {
    return await import(blob);
  } finally {
    URL.revokeObjectURL(blob);
  }
}

/**
 * @param {any} pyodide
 * @returns {{library: string, site: string}}  an archive and a folder
 */
export function pathsOf(pyodide) {
  const info = pyodide.pyimport("sys.version_info");
  const [major, minor] = [info[0], info[1]];
  info.destroy();
  return {
    library: `/lib/python${major}${minor}.zip`,
    site: `/lib/python${major}.${minor}/site-packages`,
  };
}
