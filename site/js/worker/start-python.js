/** Starts Python in this worker, in the fastest way that works. */

import { start } from "../boot/start.js";
import * as manifest from "../manifest.js";
import { createRecognizer, plainError } from "./recognizer.js";

/** @typedef {import("./protocol.js").Diagnosis} Diagnosis */
/** @typedef {import("./protocol.js").Report} Report */

/** How the README's tables and body[data-tier] name the ways to start. */
const TIERS = /** @type {const} */ ({ snapshot: "B", wheels: "A", plain: "plain" });

/**
 * Boot Python with NumPy and nnweb. All files are fetched in parallel from the start, and
 * each is checked before it is used.
 * @param {Report} report
 * @param {ReturnType<typeof import("../boot/prefetch.js").createPrefetched>["get"]}
 *   [prefetched]
 */
export async function startPython(report, prefetched) {
  try {
    const { pyodide, way, why, complete, addWheel } = await start(manifest, { report, prefetched });
    const create = async (/** @type {string} */ module, /** @type {string} */ name) =>
      (await import("./py-object.js")).createPyObject(pyodide, module, name);
    /** @type {ReturnType<typeof create> | undefined} */
    let inspector;
    /** @type {ReturnType<typeof create> | undefined} */
    let numbers;
    const createNumbers = async (/** @type {Report} */ progress) => {
      const path = await addWheel(progress);
      if (path !== null) addModules(pyodide, path);
      return create("nnweb.page.numbers", "Numbers");
    };
    return {
      ...createRecognizer(pyodide),
      diagnose: () => ({ tier: TIERS[way], why, marks: marks() }),
      /** Then all of Python can be imported; a start loads only what it needs. */
      complete: (/** @type {Report} */ progress) =>
        complete(progress).catch((error) => {
          throw plainError(error);
        }),
      inspector: () => (inspector ??= create("nnweb.page.lab.inspector", "Inspector")),
      /** Reads numbers; needs no more of Python than a start has. */
      numbers(/** @type {Report} */ progress) {
        numbers ??= createNumbers(progress).catch((error) => {
          numbers = undefined; // the next call tries again
          throw plainError(error);
        });
        return numbers;
      },
      // these import more than a start loads: await `complete` first
      lab: () => create("nnweb.page.lab.api", "Lab"),
      tour: () => create("nnweb.page.lab.tour", "Tour"),
      playground: () => create("nnweb.page.playground.api", "Playground"),
      fineTuning: () => create("nnweb.page.lab.fine_tune", "FineTuning"),
    };
  } catch (error) {
    throw plainError(error);
  }
}

/** Let nnweb import from its complete wheel. @param {any} pyodide  @param {string} path */
function addModules(pyodide, path) {
  const web = pyodide.pyimport("nnweb.page.api");
  web.add_modules(path);
  web.destroy();
}

/** When each stage began, in milliseconds since this worker did. */
function marks() {
  const entries = performance.getEntriesByType("mark");
  return Object.fromEntries(entries.map(({ name, startTime }) => [name, startTime]));
}
