// @ts-check
/**
 * What a start makes of a file: WebAssembly is compiled, the memory inflated, a wheel
 * unpacked, and others stay as they are. The first two can be made while the file comes,
 * which takes no time of its own.
 */

import { inflated } from "./inflate.js";
import { RUNTIME } from "../manifest.js";
import { unzip } from "./unzip.js";

/**
 * @typedef {object} Maker
 * @property {(response: Response) => Promise<any>} ofStream  rejects also where it could
 *   be made of the bytes
 * @property {(bytes: ArrayBuffer) => Promise<any>} ofBytes
 */

/** @type {Maker} */
const code = {
  // of another type than a host should send, the browser compiles none
  ofStream: async (response) => WebAssembly.compileStreaming(response),
  ofBytes: async (bytes) => WebAssembly.compile(bytes),
};

/** @type {Maker} */
const memory = {
  ofStream: async ({ body }) => inflated(/** @type {ReadableStream} */ (body), "gzip"),
  ofBytes: async (bytes) => {
    // the browser has inflated it where the host sent its companion (tools/build/compress.py)
    const [first, second] = new Uint8Array(bytes);
    if (first !== 0x1f || second !== 0x8b) return bytes;
    return inflated(bytes, "gzip");
  },
};

const ofStream = () => Promise.reject(new Error("it is made of all its bytes"));
/** @type {Maker} */
const wheel = { ofStream, ofBytes: async (bytes) => unzip(bytes) };
/** @type {Maker} */
const nothing = { ofStream, ofBytes: async (bytes) => bytes };

/** @param {string} name */
export function makerOf(name) {
  if (name.endsWith(".wasm")) return code;
  if (name.endsWith(".whl")) return wheel;
  return name === RUNTIME.snapshot?.memory ? memory : nothing;
}
