// @ts-check
/** Where a network's weights come from: shipped, a URL in the address, or a file. */

import { fetchBytes } from "../boot/download.js";
import { MODELS, resolveUrl } from "../manifest.js";
import { badModelUrl, foreignModel, fromFile, tooLarge } from "../text/page.js";

/**
 * Weights that can be read, and read again after a failure.
 * @typedef {object} Source
 * @property {string} name  for people
 * @property {number} size  bytes, 0 where they are not known beforehand
 * @property {number | null} [accuracy]  share of MNIST's test digits, where measured
 * @property {(onBytes: (loaded: number) => void) => Promise<ArrayBuffer>} read
 */

/** The largest file that is read, in bytes: far more than any network here needs. */
const LARGEST = 256e6;

/** The address or the file is none that we open. */
export class ModelRefused extends Error {
  name = "ModelRefused";
}

/**
 * The networks that the site ships, the first being the one to begin with.
 * @returns {Source[]}
 */
export function shipped() {
  return MODELS.map(({ name, url, size, accuracy, integrity }) => ({
    name,
    size,
    accuracy,
    read: (onBytes) =>
      fetchBytes(resolveUrl(url), { integrity, onBytes }),
  }));
}

/**
 * What `?model=` asks for, or null if it is not there. Only files of this site are
 * opened: nothing here talks to another.
 * @param {Location | URL} page
 * @returns {Source | null}
 */
export function asked(page) {
  const model = new URLSearchParams(page.search).get("model");
  if (model === null) return null;
  return {
    name: model.split("/").pop() ?? model,
    size: 0,
    read: async (onBytes) => {
      if (!URL.canParse(model, page.href)) throw new ModelRefused(badModelUrl(model));
      const url = new URL(model, page.href);
      if (url.origin !== page.origin) {
        throw new ModelRefused(foreignModel(model, page.origin));
      }
      return fetchBytes(url, { onBytes });
    },
  };
}

/**
 * @param {File} file
 * @returns {Source}
 */
export function picked(file) {
  return {
    name: fromFile(file.name),
    size: 0,
    read: async () => {
      if (file.size > LARGEST) {
        throw new ModelRefused(tooLarge(file.name, file.size, LARGEST));
      }
      return file.arrayBuffer();
    },
  };
}
