// @ts-check
/**
 * Python in this worker: starts it, in the quickest way that works, and calls nnweb. But
 * for the ways of starting, what is mounted later and the lab, the only file that touches
 * Pyodide.
 */

import { RUNTIME } from "./manifest.js";
import { createFiles, forPackages, forSnapshot } from "./runtime.js";
import { createShared } from "./shared.js";
import { startFromSnapshot } from "./snapshot.js";

/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Diagnosis} Diagnosis */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {import("./protocol.js").Report} Report */
/** @typedef {any} PyProxy  a Python object, alive until `destroy` */

/**
 * Boot Python with NumPy and nnweb. All files are fetched in parallel from the first
 * moment and checked before any of them is used.
 * @param {Report} report
 */
export async function startPython(report) {
  try {
    const { pyodide, tier, why } = await quickest(report);
    const facade = async (/** @type {string} */ module, /** @type {string} */ name) =>
      (await import("./lab/facade.js")).createFacade(pyodide, module, name);
    /** @type {ReturnType<typeof facade> | undefined} */
    let glass;
    return {
      ...recognizer(pyodide),
      diagnose: () => ({ tier, why, marks: marks() }),
      complete: completer(pyodide),
      /** Looks into a network. */
      glass: () => (glass ??= facade("nnweb.lab.glass", "Glass")),
      /** The lab's own Python, to be called once all of Python is there. */
      lab: () => facade("nnweb.lab.web", "Lab"),
      tour: () => facade("nnweb.lab.tour", "Tour"),
      /** The Python that a person works with, as above. */
      workshop: () => facade("nnweb.lab.workshop", "Workshop"),
      /** Teaches a network: as the lab. */
      teacher: () => facade("nnweb.lab.teach", "Teacher"),
    };
  } catch (error) {
    throw plainError(error);
  }
}

/**
 * @param {Report} report
 * @returns {Promise<{pyodide: any, tier: Diagnosis["tier"], why: string}>}
 */
async function quickest(report) {
  const { snapshot, compiled } = RUNTIME;
  const files = createFiles(report);
  files.all(snapshot === null ? forPackages : forSnapshot).catch(() => {});
  let why = "this build has no snapshot";
  if (snapshot !== null) {
    try {
      const pyodide = await startFromSnapshot(snapshot, files, report);
      return { pyodide, tier: "B", why: "" };
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  const { startFromPackages } = await import("./packages.js"); // few visits need it
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
    done ??= import("./whole.js")
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

/**
 * The functions that the worker serves.
 * @param {any} pyodide
 */
function recognizer(pyodide) {
  const web = pyodide.pyimport("nnweb.web");
  const statuses = toPlain(web.STATUSES);
  /** @type {Map<string, ReturnType<typeof createShared>>} */
  const networks = new Map();

  /**
   * @param {ArrayBuffer} weights
   * @param {string} place
   * @returns {Description}
   */
  function open(weights, place) {
    const bytes = pyodide.toPy(new Uint8Array(weights));
    /** @type {PyProxy} */
    let next;
    try {
      next = web.Recognizer(bytes);
      const description = toPlain(next.describe());
      const shared = createShared(next, description.labels, statuses);
      networks.get(place)?.close();
      networks.set(place, shared);
      return description;
    } catch (error) {
      next?.destroy();
      throw plainError(error);
    } finally {
      bytes.destroy();
    }
  }

  /**
   * @param {Picture} picture
   * @param {string} place
   * @returns {Answer}
   */
  function recognize(picture, place) {
    try {
      return at(place).recognize(picture);
    } catch (error) {
      throw plainError(error);
    }
  }

  /**
   * @param {Picture} picture
   * @param {string[]} without  steps of the preparation
   */
  function steps({ pixels, width, height }, without) {
    const proxies = [pyodide.toPy(new Uint8Array(pixels)), pyodide.toPy(without)];
    try {
      const [bytes, names] = proxies;
      return toPlain(opened("").steps(bytes, width, height, names));
    } catch (error) {
      throw plainError(error);
    } finally {
      for (const proxy of proxies) proxy.destroy();
    }
  }

  function at(/** @type {string} */ place) {
    const shared = networks.get(place);
    if (shared === undefined) throw new Error("no network is open yet");
    return shared;
  }

  /** The network there. @param {string} place  @returns {PyProxy} */
  const opened = (place) => at(place).network;

  return { open, recognize, steps, opened };
}

/**
 * A dict of plain values as an object; the proxy is destroyed.
 * @param {PyProxy} dict
 */
export function toPlain(dict) {
  try {
    return dict.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    dict.destroy();
  }
}

/**
 * Python's error as one of its own name and only its last line; the traceback is kept
 * as the cause. A fatal one is named so: Python is beyond repair.
 * @param {any} thrown
 */
export function plainError(thrown) {
  if (thrown?.pyodide_fatal_error === true) {
    return Object.assign(new Error(`Python broke down: ${thrown.message}`), {
      name: "FatalError",
      cause: thrown,
    });
  }
  if (thrown?.name !== "PythonError") return thrown;
  const last = String(thrown.message).trimEnd().split("\n").at(-1) ?? "";
  const [, path, text] = /^([\w.]+): (.*)$/.exec(last) ?? [undefined, thrown.type, last];
  return Object.assign(new Error(text, { cause: thrown }), {
    name: path.split(".").at(-1),
  });
}
