/** Downloads MNIST in blocks of 1000 digits, checks them and caches them. */

import { DownloadError, fetchBytes } from "../boot/download.js";
import { inflate } from "../boot/decode.js";
import { resolveUrl } from "../manifest.js";

/** @typedef {typeof import("../manifest.js").MNIST} Manifest */
/** @typedef {"train" | "test"} Split */
/**
 * @typedef {object} Block
 * @property {Uint8Array} images  784 bytes each, row-major: 0 background ... 255 ink
 * @property {Uint8Array} labels
 */

const PIXELS = 28 * 28;

/** @param {Manifest} manifest */
export function createMnist(manifest) {
  const blocks = /** @type {Map<string, Promise<Block>>} */ (new Map());

  /** @param {Split} split  @param {number} i  @returns {Promise<Block>} */
  async function fetchBlock(split, i) {
    const entry = manifest[split].blocks[i];
    if (entry === undefined) throw new RangeError(`MNIST has no ${split} block ${i}`);
    const url = resolveUrl(manifest.base + entry.file);
    const compressed = await fetchBytes(url, entry);
    const bytes = new Uint8Array(await inflate(compressed, "gzip"));
    const count = bytes.length / (PIXELS + 1);
    if (!Number.isInteger(count)) {
      throw new DownloadError(`${entry.file}: ${bytes.length} bytes are not a whole number of digits`);
    }
    return {
      images: bytes.subarray(0, count * PIXELS),
      labels: bytes.subarray(count * PIXELS),
    };
  }

  /** Digits `1000 * i` to `1000 * i + 999`. @param {Split} split  @param {number} i */
  function block(split, i) {
    const name = `${split} ${i}`;
    const cached = blocks.get(name);
    if (cached !== undefined) return cached;
    const promise = fetchBlock(split, i);
    promise.catch(() => blocks.delete(name)); // the next call tries again
    blocks.set(name, promise);
    return promise;
  }

  return {
    /** Number of digits. @param {Split} split */
    count: (split) => manifest[split].count,
    block,
    /** Download a block in advance. @param {Split} split  @param {number} i */
    prefetch(split, i) {
      if (i >= manifest[split].blocks.length) return;
      block(split, i).catch(() => {}); // block() reports the error when it is called
    },
  };
}
