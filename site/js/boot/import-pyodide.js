// @ts-check
/** Imports Pyodide's own modules, and knows where it keeps Python's files. */

import { DownloadError } from "./download.js";

/** @typedef {import("./runtime-files.js").Files} Files */

/**
 * Import Pyodide's two modules; each is checked before any of it is called. A module
 * cannot be imported from bytes, so it is downloaded twice: the browser's cache has it.
 * @param {Files} files
 * @returns {Promise<any[]>}
 */
export async function importPyodide(files) {
  return Promise.all(
    files.runtime.core.map(async (name) => {
      const { href } = new URL(name, files.base);
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
    }),
  );
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
