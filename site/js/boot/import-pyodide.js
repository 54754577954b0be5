// @ts-check
/** Imports Pyodide's own two modules, which are checked before any of it is called. */

import { DownloadError } from "./download.js";
import { RUNTIME } from "../manifest.js";
import { BASE } from "./runtime-files.js";

/** @typedef {import("./runtime-files.js").Files} Files */

/**
 * They can't be handed over: the browser finds them in its cache, or while they come.
 * @param {Files} files
 * @returns {Promise<any[]>}
 */
export async function importCore(files) {
  return Promise.all(
    RUNTIME.core.map(async (name) => {
      const { href } = new URL(name, BASE);
      const early = import(href);
      early.catch(() => {});
      await files.get(name);
      try {
        // what could not be loaded may have been mended since; a URL is read only once
        return await early.catch(() => import(`${href}#mended`));
      } catch (error) {
        const message = `${name}: the browser could not load it`;
        throw new DownloadError(message, { cause: error });
      }
    }),
  );
}
