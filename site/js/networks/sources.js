/** Sources of weights: shipped networks, ?model= in the address, local files. */

import { fetchBytes } from "../boot/download.js";
import { MODELS, resolveUrl } from "../manifest.js";
import * as words from "../text/page.js";

/**
 * Weights that can be read repeatedly.
 * @typedef {object} Source
 * @property {string} name  shown to the user
 * @property {number} size  bytes, 0 if not known in advance
 * @property {string[]} [labels]  if known in advance
 * @property {number | null} [accuracy]  on its test images, if measured
 * @property {string} [saved]  its name among the networks saved on this device
 * @property {(onBytes: (loaded: number) => void) => Promise<ArrayBuffer>} read
 */

/** Limit for a file, in bytes: what Python accepts, and far more than a network needs. */
const LIMIT = 64 * 2 ** 20;

/** Limit for an address, in characters: messages repeat it. */
const LONGEST_URL = 800;

/** The URL or the file is not accepted. */
export class ModelRefused extends Error {
  name = "ModelRefused";
}

/** The networks that the site ships; the first is the default. @returns {Source[]} */
export function shippedSources() {
  return MODELS.map(({ name, url, size, labels, accuracy, integrity }) => ({
    name,
    size,
    labels,
    accuracy,
    read: (onBytes) => fetchBytes(resolveUrl(url), { integrity, onBytes }),
  }));
}

/**
 * The weights named by `?model=`, or null without it. Only URLs of this site are
 * accepted: the page makes no requests to other sites.
 * @param {Location | URL} page
 * @returns {Source | null}
 */
export function sourceFromAddress(page) {
  const asked = new URLSearchParams(page.search).get("model");
  if (asked === null) return null;
  const model = asked.slice(0, LONGEST_URL);
  return {
    name: model.split("/").pop() ?? model,
    size: 0,
    read: async (onBytes) => {
      if (model !== asked || !URL.canParse(model, page.href)) {
        throw new ModelRefused(words.fill(words.BAD_MODEL_URL, { asked: model }));
      }
      const url = new URL(model, page.href);
      if (url.origin !== page.origin) {
        const refusal = { asked: model, origin: page.origin };
        throw new ModelRefused(words.fill(words.FOREIGN_MODEL, refusal));
      }
      return fetchBytes(url, { onBytes, limit: LIMIT });
    },
  };
}

/** @param {File} file  @returns {Source} */
export function sourceFromFile(file) {
  return {
    name: words.fill(words.FROM_FILE, { name: file.name }),
    size: 0,
    read: async () => {
      if (file.size > LIMIT) {
        const refusal = { name: file.name, size: file.size, limit: LIMIT };
        throw new ModelRefused(words.fill(words.TOO_LARGE, refusal));
      }
      return file.arrayBuffer();
    },
  };
}
