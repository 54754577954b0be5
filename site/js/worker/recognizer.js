// @ts-check
/** Calls nnweb: opens networks and asks them. The build does so by this same code. */

import { createShared } from "./shared-buffers.js";

/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {any} PyProxy  a Python object, alive until `destroy` */

/**
 * The functions that the worker serves.
 * @param {any} pyodide  with nnweb to be imported
 */
export function createRecognizer(pyodide) {
  const web = pyodide.pyimport("nnweb.page.api");
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

  /** Let go of all that is open. */
  function close() {
    for (const shared of networks.values()) shared.close();
    networks.clear();
    web.destroy();
  }

  return { open, recognize, steps, opened, close };
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
