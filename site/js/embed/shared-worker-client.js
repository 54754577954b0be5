// @ts-check
/**
 * One worker for all the pads of a page, which starts when the first of them asks, and
 * holds each network once. After the worker's death the next who asks starts another.
 */

import { fetchBytes, signOfLife } from "../boot/download.js";
import { createPythonClient } from "../worker/python-client.js";
import { resolveUrl } from "../manifest.js";
import { ModelRefused, shippedSources } from "../networks/sources.js";
import { foreignNetwork, foreignPage, noNetwork } from "./text.js";

/** @typedef {import("../worker/protocol.js").Description} Description */
/** @typedef {import("../worker/protocol.js").Picture} Picture */
/** @typedef {import("../worker/protocol.js").Progress} Progress */

/** The page and these files lie on two sites: no browser starts such a worker. */
class ForeignPage extends Error {
  name = "ForeignPage";
}

/**
 * The weights that a pad's `model` names: of a shipped network, or a file of this site.
 * @param {string} model  "" for the first of the shipped ones
 */
export function networkOf(model) {
  const networks = shippedSources();
  const ours = networks.find(({ name }) => name === model) ?? null;
  if (model === "" || ours !== null) {
    const { name, read } = ours ?? networks[0];
    return { slot: name, read: () => read(() => {}) };
  }
  if (!URL.canParse(model, document.baseURI)) throw new ModelRefused(noNetwork(model));
  const url = new URL(model, document.baseURI);
  if (url.origin !== self.origin) {
    throw new ModelRefused(foreignNetwork(model, self.origin));
  }
  return { slot: url.href, read: () => fetchBytes(url) };
}

export function createRecogniser() {
  /** @type {import("../worker/python-client.js").PythonClient | null} */
  let client = null;
  let answered = false; // by the worker that is there
  let hopeful = false; // the one that died had answered: another is worth a try
  /** @type {Map<string, Promise<Description>>} */
  const networks = new Map();
  /** @type {Set<(progress: Progress) => void>} */
  const listeners = new Set();

  function running() {
    const { origin } = resolveUrl("");
    if (origin !== self.origin) throw new ForeignPage(foreignPage(origin, self.origin));
    // the policy of the page around the pad may forbid it to compile
    client ??= createPythonClient({ onProgress, onDeath, compiles: false });
    if (!client.alive) {
      networks.clear();
      client.restart();
    }
    return client;
  }

  function onProgress(/** @type {Progress} */ progress) {
    signOfLife();
    for (const listener of listeners) listener(progress);
  }

  function onDeath() {
    networks.clear();
    hopeful = answered;
    answered = false;
  }

  /**
   * Have a network there.
   * @param {string} model  as networkOf has it
   */
  async function open(model) {
    const worker = running();
    const { slot, read } = networkOf(model);
    const known = networks.get(slot);
    if (known !== undefined) return known;
    const opened = read().then((weights) => worker.open(weights, slot));
    networks.set(slot, opened);
    try {
      return await opened;
    } catch (error) {
      if (networks.get(slot) === opened) networks.delete(slot);
      throw error;
    }
  }

  return {
    open,
    /** @param {string} model  @param {Picture} picture  its pixels are transferred */
    async recognize(model, picture) {
      await open(model);
      const answer = await running().recognize(picture, networkOf(model).slot);
      answered = true;
      return answer;
    },
    /** Whether to try again, without being asked to. @param {unknown} error */
    mayTryAgain: (error) =>
      error instanceof Error && error.name === "WorkerDeath" && hopeful,
    /** @param {(progress: Progress) => void} listener */
    onProgress: (listener) => listeners.add(listener),
    /** @param {(progress: Progress) => void} listener */
    offProgress: (listener) => listeners.delete(listener),
  };
}
