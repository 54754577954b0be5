/**
 * Calls nnweb in Pyodide: opens networks and recognizes pictures. The build's workload for
 * the memory snapshot runs this same code.
 */

import { createShared } from "./shared-buffers.js";

/** @typedef {import("./protocol.js").Description} Description */
/** @typedef {import("./protocol.js").Answer} Answer */
/** @typedef {import("./protocol.js").Picture} Picture */
/** @typedef {any} PyProxy  a Python object, kept alive until `destroy` */

/**
 * @param {any} pyodide  in which nnweb can be imported
 */
export function createRecognizer(pyodide) {
  const web = pyodide.pyimport("nnweb.page.api");
  const statuses = toPlain(web.STATUSES);
  /** @type {Map<string, ReturnType<typeof createShared>>} */
  const networks = new Map();

  /**
   * Put a network into a slot; the one there stays if this one is refused.
   * @param {ArrayBuffer} weights
   * @param {string} slot
   * @returns {Description}
   */
  function open(weights, slot) {
    const bytes = pyodide.toPy(new Uint8Array(weights));
    /** @type {PyProxy} */
    let next;
    try {
      next = web.Recognizer(bytes);
      const description = toPlain(next.describe());
      const shared = createShared(next, description.labels, statuses);
      networks.get(slot)?.close();
      networks.set(slot, shared);
      return description;
    } catch (error) {
      destroyAll([next]);
      throw plainError(error);
    } finally {
      destroyAll([bytes]);
    }
  }

  /**
   * @param {Picture} picture
   * @param {string} slot
   * @returns {Answer}
   */
  function recognize(picture, slot) {
    try {
      return sharedIn(slot).recognize(picture);
    } catch (error) {
      throw plainError(error);
    }
  }

  /**
   * @param {Picture} picture
   * @param {string[]} without  preprocessing steps to leave out
   */
  function steps({ pixels, width, height }, without) {
    const proxies = [pyodide.toPy(new Uint8Array(pixels)), pyodide.toPy(without)];
    try {
      const [bytes, names] = proxies;
      return toPlain(opened("").steps(bytes, width, height, names));
    } catch (error) {
      throw plainError(error);
    } finally {
      destroyAll(proxies);
    }
  }

  function sharedIn(/** @type {string} */ slot) {
    const shared = networks.get(slot);
    if (shared === undefined) throw new Error("no network is open yet");
    return shared;
  }

  /** The network in a slot. @param {string} slot  @returns {PyProxy} */
  const opened = (slot) => sharedIn(slot).network;

  /** Destroy every Python object held here. */
  function close() {
    for (const shared of networks.values()) shared.close();
    networks.clear();
    web.destroy();
  }

  return { open, recognize, steps, opened, close };
}

/**
 * Convert a dict of plain values to an object, and destroy the proxy.
 * @param {PyProxy} dict
 */
export function toPlain(dict) {
  try {
    return dict.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
  } finally {
    destroyAll([dict]);
  }
}

/**
 * Destroy proxies. If Python has broken down they cannot be, which must not hide why.
 * @param {(PyProxy | undefined)[]} proxies
 */
export function destroyAll(proxies) {
  for (const proxy of proxies) {
    try {
      proxy?.destroy();
    } catch {
      return;
    }
  }
}

/**
 * Turn a Python error into one with its Python name and the last line as its message; the
 * traceback is kept as the cause. A FatalError means that Pyodide cannot go on.
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
