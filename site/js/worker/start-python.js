// @ts-check
/**
 * Python in this worker: starts it, in the quickest way that works. But for the ways of
 * starting, recognizer.js, what is mounted later and the lab, no file touches Pyodide.
 */

import { start } from "../boot/start.js";
import * as manifest from "../manifest.js";
import { createRecognizer, plainError } from "./recognizer.js";

/** @typedef {import("./protocol.js").Diagnosis} Diagnosis */
/** @typedef {import("./protocol.js").Report} Report */

/** How the README's tables and body[data-tier] name the ways to start. */
const TIERS = /** @type {const} */ ({ snapshot: "B", wheels: "A", plain: "plain" });

/**
 * Boot Python with NumPy and nnweb. All files are fetched in parallel from the first
 * moment and checked before any of them is used.
 * @param {Report} report
 * @param {ReturnType<typeof import("../boot/prefetch.js").createPrefetched>["get"]}
 *   [prefetched]
 */
export async function startPython(report, prefetched) {
  try {
    const { pyodide, way, why, complete } = await start(manifest, { report, prefetched });
    const facade = async (/** @type {string} */ module, /** @type {string} */ name) =>
      (await import("./py-object.js")).createFacade(pyodide, module, name);
    /** @type {ReturnType<typeof facade> | undefined} */
    let glass;
    return {
      ...createRecognizer(pyodide),
      diagnose: () => ({ tier: TIERS[way], why, marks: marks() }),
      /** After it, all of Python can be imported; a start brings only what it needs. */
      complete: (/** @type {Report} */ progress) =>
        complete(progress).catch((error) => {
          throw plainError(error);
        }),
      /** Looks into a network. */
      glass: () => (glass ??= facade("nnweb.page.lab.inspector", "Inspector")),
      /** The lab's own Python, to be called once all of Python is there. */
      lab: () => facade("nnweb.page.lab.api", "Lab"),
      tour: () => facade("nnweb.page.lab.tour", "Tour"),
      /** The Python that a person works with, as above. */
      workshop: () => facade("nnweb.page.playground.api", "Playground"),
      /** Teaches a network: as the lab. */
      teacher: () => facade("nnweb.page.lab.fine_tune", "FineTuning"),
    };
  } catch (error) {
    throw plainError(error);
  }
}

/** When each stage began, in milliseconds since this worker did. */
function marks() {
  const entries = performance.getEntriesByType("mark");
  return Object.fromEntries(entries.map(({ name, startTime }) => [name, startTime]));
}
