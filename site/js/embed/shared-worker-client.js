/**
 * One worker for all pads of a page, started by the first request, with each network loaded
 * once. After the worker's death the next request starts another.
 */

import { fetchBytes } from "../boot/download.js";
import { createPythonClient } from "../worker/python-client.js";
import { resolveUrl } from "../manifest.js";
import { ModelRefused, shippedSources } from "../networks/sources.js";
import { fill, FOREIGN_NETWORK, FOREIGN_PAGE, NO_NETWORK } from "./text.js";

/** @import { Description, NumberRequest, Picture, Progress } from "../worker/protocol.js" */
/** @typedef {ReturnType<typeof createSharedRecognizer>} SharedRecognizer */

/** No worker could be started from these files, which are on another origin. */
class ForeignPage extends Error {
  name = "ForeignPage";
}

/** The shipped network named by a pad's `model`. @param {string} model  "" for the default */
function shippedNetwork(model) {
  const networks = shippedSources();
  return model === "" ? networks[0] : networks.find(({ name }) => name === model);
}

/**
 * The weights named by a pad's `model`: a shipped network or a URL of this site.
 * @param {string} model
 */
function networkOf(model) {
  const shipped = shippedNetwork(model);
  if (shipped !== undefined) {
    return { slot: shipped.name, read: () => shipped.read(() => {}) };
  }
  if (!URL.canParse(model, document.baseURI)) {
    throw new ModelRefused(fill(NO_NETWORK, { model }));
  }
  const url = new URL(model, document.baseURI);
  if (url.origin !== self.origin) {
    throw new ModelRefused(fill(FOREIGN_NETWORK, { model, origin: self.origin }));
  }
  return { slot: url.href, read: () => fetchBytes(url) };
}

/**
 * The error of a worker that did not start; if its files are on another origin, the likely
 * cause is the page's policy, but browsers do not always report that.
 * @param {unknown} error
 */
function startError(error) {
  const { origin } = resolveUrl("");
  const isRefusal = /WorkerDeath|SecurityError/.test(Object(error).name);
  if (origin === self.origin || !isRefusal) return error;
  return new ForeignPage(fill(FOREIGN_PAGE, { files: origin, page: self.origin }));
}

/**
 * The labels of the network named by a pad's `model`, null if they are not known before it
 * is loaded.
 * @param {string} model
 */
export const labelsOf = (model) => shippedNetwork(model)?.labels ?? null;

export function createSharedRecognizer() {
  /** @type {import("../worker/python-client.js").PythonClient | null} */
  let client = null;
  let hasAnswered = false; // the current worker
  let mayRestart = false; // the worker that died had answered, so another is worth a try
  const networks = /** @type {Map<string, Promise<Description>>} */ (new Map());
  const listeners = /** @type {Set<(progress: Progress) => void>} */ (new Set());
  const slowListeners = /** @type {Set<(isSlow: boolean) => void>} */ (new Set());

  function livingClient() {
    // the embedding page's policy may forbid compiling WebAssembly
    client ??= createPythonClient({ onProgress, onDeath, onSlow, compiles: false });
    if (!client.alive) {
      networks.clear();
      client.restart();
    }
    return client;
  }

  function onProgress(/** @type {Progress} */ progress) {
    for (const listener of listeners) listener(progress);
  }

  function onSlow(/** @type {boolean} */ isSlow) {
    for (const listener of slowListeners) listener(isSlow);
  }

  function onDeath() {
    networks.clear();
    mayRestart = hasAnswered;
    hasAnswered = false;
  }

  /** Load a network, unless it is loaded. @param {string} model  see networkOf */
  async function open(model) {
    const { slot, read } = networkOf(model);
    /** @type {Promise<Description> | undefined} */
    let promise;
    try {
      const worker = livingClient();
      promise = networks.get(slot);
      promise ??= read().then((weights) => worker.open(weights, slot));
      networks.set(slot, promise);
      return await promise;
    } catch (error) {
      if (networks.get(slot) === promise) networks.delete(slot);
      throw hasAnswered ? error : startError(error);
    }
  }

  /**
   * @template Reply
   * @param {string} model  loaded first
   * @param {(client: import("../worker/python-client.js").PythonClient, slot: string) =>
   *   Promise<Reply>} ask
   */
  async function request(model, ask) {
    await open(model);
    const reply = await ask(livingClient(), networkOf(model).slot);
    hasAnswered = true;
    return reply;
  }

  return {
    open,
    /** @param {string} model  @param {Picture} picture  transfers its pixels */
    recognize: (model, picture) =>
      request(model, (worker, slot) => worker.recognize(picture, slot)),
    /** @param {string} model  @param {NumberRequest} strokes  transfers its points */
    read: (model, strokes) =>
      request(model, (worker, slot) =>
        worker.request("read", { ...strokes, slot }, [strokes.points]),
      ),
    /** Whether to retry without asking the user. @param {unknown} error */
    mayTryAgain: (error) =>
      error instanceof Error && error.name === "WorkerDeath" && mayRestart,
    /** @param {(progress: Progress) => void} listener */
    onProgress: (listener) => listeners.add(listener),
    /** @param {(progress: Progress) => void} listener */
    offProgress: (listener) => listeners.delete(listener),
    /** @param {(isSlow: boolean) => void} listener  called when the worker falls silent */
    onSlow: (listener) => slowListeners.add(listener),
    /** @param {(isSlow: boolean) => void} listener */
    offSlow: (listener) => slowListeners.delete(listener),
  };
}
