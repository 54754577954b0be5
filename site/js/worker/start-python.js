// @ts-check
/**
 * Python in this worker: starts it, in the quickest way that works. But for the ways of
 * starting, recognizer.js, what is mounted later and the lab, no file touches Pyodide.
 */

import { RUNTIME } from "../manifest.js";
import { startFromPackages } from "../boot/start-from-wheels.js";
import { createRecognizer, plainError } from "./recognizer.js";
import { createFiles } from "../boot/runtime-files.js";
import { startFromSnapshot } from "../boot/start-from-snapshot.js";

/** @typedef {import("./protocol.js").Diagnosis} Diagnosis */
/** @typedef {import("./protocol.js").Report} Report */

/**
 * Boot Python with NumPy and nnweb. All files are fetched in parallel from the first
 * moment and checked before any of them is used.
 * @param {Report} report
 * @param {ReturnType<typeof import("../boot/prefetch.js").createArrivals>["of"]} [arrival]
 */
export async function startPython(report, arrival) {
  try {
    const files = createFiles(report, arrival);
    const { pyodide, tier, why } = await quickest(files, report);
    const facade = async (/** @type {string} */ module, /** @type {string} */ name) =>
      (await import("./py-object.js")).createFacade(pyodide, module, name);
    /** @type {ReturnType<typeof facade> | undefined} */
    let glass;
    return {
      ...createRecognizer(pyodide),
      diagnose: () => ({ tier, why, marks: marks() }),
      complete: completer(pyodide),
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

/**
 * @param {import("../boot/runtime-files.js").Files} files
 * @param {Report} report
 * @returns {Promise<{pyodide: any, tier: Diagnosis["tier"], why: string}>}
 */
async function quickest(files, report) {
  const { snapshot, compiled } = RUNTIME;
  let why = "this build has no snapshot";
  if (snapshot !== null) {
    try {
      const pyodide = await startFromSnapshot(snapshot, files, report);
      return { pyodide, tier: "B", why: "" };
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  const pyodide = await startFromPackages(files, report);
  return { pyodide, tier: compiled ? "A" : "plain", why };
}

/**
 * A function after which all of Python can be imported. A start brings only what the page
 * needs: whoever runs other code awaits this first. It does its work once, and where that
 * has failed, once more.
 * @param {any} pyodide
 */
function completer(pyodide) {
  /** @type {Promise<void> | null} */
  let done = null;
  return (/** @type {Report} */ report) => {
    done ??= import("../boot/full-library.js")
      .then(({ mountWhole }) => mountWhole(pyodide, report))
      .catch((error) => {
        done = null;
        throw plainError(error);
      });
    return done;
  };
}

/** When each stage began, in milliseconds since this worker did. */
function marks() {
  const entries = performance.getEntriesByType("mark");
  return Object.fromEntries(entries.map(({ name, startTime }) => [name, startTime]));
}
