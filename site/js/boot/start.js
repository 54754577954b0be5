/** Starts Python in a worker, in the fastest way that works here. */

import { createFiles } from "./runtime-files.js";
import { startFromSnapshot } from "./start-from-snapshot.js";
import { startFromWheels } from "./start-from-wheels.js";

/** @typedef {import("./runtime-files.js").Manifest} Manifest */
/** @typedef {import("./runtime-files.js").Report} Report */
/**
 * How Python was started: from the memory snapshot, from wheels that were compiled and cut
 * to size, or from the wheels as published.
 * @typedef {"snapshot" | "wheels" | "plain"} Way
 */

/**
 * Start Python with the manifest's packages. All files are downloaded in parallel from the
 * first moment, and checked before use.
 * @param {Manifest} manifest
 * @param {object} options
 * @param {Report} options.report
 * @param {Parameters<typeof createFiles>[2]} [options.prefetched]  see prefetch.js
 * @returns {Promise<{pyodide: any, way: Way, why: string,
 *   complete: (report: Report) => Promise<void>,
 *   addWheel: (report: Report) => Promise<string | null>}>}
 *   `why` says why not in a faster way; after `complete` all modules can be imported, not
 *   just those that a start needs; `addWheel` is a smaller step, see full-library.js
 */
export async function start(manifest, { report, prefetched }) {
  const files = createFiles(manifest, report, prefetched);
  const { snapshot, compiled } = manifest.RUNTIME;
  let why = "this build has no snapshot";
  if (snapshot !== null) {
    try {
      const pyodide = await startFromSnapshot(snapshot, files, report);
      return { pyodide, way: "snapshot", why: "", ...completer(manifest, pyodide) };
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  const pyodide = await startFromWheels(files, report);
  const way = compiled ? "wheels" : "plain";
  return { pyodide, way, why, ...completer(manifest, pyodide) };
}

/**
 * @param {Manifest} manifest
 * @param {any} pyodide
 */
function completer(manifest, pyodide) {
  /** @type {Promise<void> | null} */
  let done = null;
  return {
    /** Mounts the full library once; tries again after a failure. */
    complete(/** @type {Report} */ report) {
      done ??= import("./full-library.js")
        .then(({ mountFullLibrary }) => mountFullLibrary(manifest, pyodide, report))
        .catch((error) => {
          done = null;
          throw error;
        });
      return done;
    },
    addWheel: async (/** @type {Report} */ report) =>
      (await import("./full-library.js")).addWheel(manifest, pyodide, report),
  };
}
