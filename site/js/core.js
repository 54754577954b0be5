// @ts-check
/** Imports Pyodide's own two modules, once they are checked. */

import { DownloadError } from "./download.js";
import { BASE } from "./runtime.js";

/** @typedef {import("./runtime.js").Files} Files */

/**
 * They can't be handed over; their URLs are found in the browser's cache.
 * @param {Files} files
 * @returns {Promise<any[]>}
 */
export async function importCore(files) {
  return Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map(async (name) => {
      await files.get(name);
      try {
        return await import(new URL(name, BASE).href);
      } catch (error) {
        const message = `${name}: the browser could not load it`;
        throw new DownloadError(message, { cause: error });
      }
    }),
  );
}
