// @ts-check
/** MNIST, block by block: fetched when it is asked for, checked, and then remembered. */

import { DownloadError, fetchBytes } from "../boot/download.js";
import { inflated } from "../boot/inflate.js";
import { resolveUrl } from "../manifest.js";

/** @typedef {typeof import("../manifest.js").MNIST} Manifest */
/** @typedef {"train" | "test"} Split */
/**
 * @typedef {object} Block
 * @property {Uint8Array} images  784 bytes each, row by row: 0 paper ... 255 ink
 * @property {Uint8Array} labels
 */

const PIXELS = 28 * 28;

/** @param {Manifest} manifest */
export function createMnist(manifest) {
  /** @type {Map<string, Promise<Block>>} */
  const known = new Map();

  /** @param {Split} split  @param {number} i  @returns {Promise<Block>} */
  async function fetched(split, i) {
    const entry = manifest[split].blocks[i];
    if (entry === undefined) throw new RangeError(`MNIST has no ${split} block ${i}`);
    const url = resolveUrl(manifest.base + entry.file);
    const packed = await fetchBytes(url, entry);
    const bytes = new Uint8Array(await inflated(packed, "gzip"));
    const count = bytes.length / (PIXELS + 1);
    if (!Number.isInteger(count)) {
      throw new DownloadError(`${entry.file}: ${bytes.length} bytes are no block`);
    }
    return {
      images: bytes.subarray(0, count * PIXELS),
      labels: bytes.subarray(count * PIXELS),
    };
  }

  /** The block of digits `i * 1000` and on. @param {Split} split  @param {number} i */
  function block(split, i) {
    const name = `${split} ${i}`;
    const there = known.get(name);
    if (there !== undefined) return there;
    const coming = fetched(split, i);
    coming.catch(() => known.delete(name)); // another try may go better
    known.set(name, coming);
    return coming;
  }

  return {
    /** How many digits there are. @param {Split} split */
    count: (split) => manifest[split].count,
    block,
    /** Have a block come before it is asked for. @param {Split} split  @param {number} i */
    prefetch(split, i) {
      if (i >= manifest[split].blocks.length) return;
      block(split, i).catch(() => {}); // whoever asks for it is told
    },
  };
}
