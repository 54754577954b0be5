// @ts-check
/**
 * The files in a zip archive, which is what a wheel is. Source: PKWARE's APPNOTE.TXT,
 * 4.3 and 4.4.5; of that what wheels have: one part, no encryption, less than 4 GB.
 */

import { inflated } from "./inflate.js";

/** Of the record that ends an archive without a comment. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const DEFLATED = 8;

/**
 * @param {ArrayBuffer} archive
 * @returns {Promise<[string, Uint8Array<ArrayBuffer>][]>}  paths, and what is there
 */
export function unzip(archive) {
  const view = new DataView(archive);
  const u16 = (/** @type {number} */ at) => view.getUint16(at, true);
  const u32 = (/** @type {number} */ at) => view.getUint32(at, true);
  const end = archive.byteLength - END_BYTES;
  if (end < 0 || u32(end) !== END_SIGNATURE) throw new Error("it is no zip archive");

  const text = new TextDecoder();
  /** The file that a header in the archive's directory tells of. @param {number} at */
  const file = async (at) => {
    const name = text.decode(new Uint8Array(archive, at + 46, u16(at + 28)));
    const own = u32(at + 42); // the file's own header, which it follows
    const from = own + 30 + u16(own + 26) + u16(own + 28);
    const packed = new Uint8Array(archive, from, u32(at + 20));
    const content =
      u16(at + 10) === DEFLATED
        ? new Uint8Array(await inflated(packed, "deflate-raw"))
        : packed;
    return /** @type {[string, Uint8Array<ArrayBuffer>]} */ ([name, content]);
  };
  const files = [];
  let at = u32(end + 16);
  for (let left = u16(end + 10); left > 0; left -= 1) {
    files.push(file(at));
    at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
  }
  return Promise.all(files);
}
