// @ts-check
/**
 * What a start makes of a file: WebAssembly is compiled, and the memory inflated. Each can
 * be made while the file comes, which takes no time of its own, and of all its bytes.
 */

/**
 * @typedef {object} Maker
 * @property {(response: Response) => Promise<any>} ofStream  rejects also where it could
 *   be made of the bytes
 * @property {(bytes: ArrayBuffer) => Promise<any>} ofBytes
 */

/** @type {Maker} */
const code = {
  // of another type than a host should send, the browser compiles none
  ofStream: (response) => WebAssembly.compileStreaming(response),
  ofBytes: (bytes) => WebAssembly.compile(bytes),
};

/** @type {Maker} */
const memory = {
  ofStream: async ({ body }) => inflated(/** @type {ReadableStream} */ (body)),
  ofBytes: async (bytes) => {
    // the browser has inflated it where the host sent its companion (tools/pack.py)
    const [first, second] = new Uint8Array(bytes);
    if (first !== 0x1f || second !== 0x8b) return bytes;
    return inflated(/** @type {ReadableStream} */ (new Response(bytes).body));
  },
};

/** @param {ReadableStream} stream */
function inflated(stream) {
  const gzip = new DecompressionStream("gzip");
  return new Response(stream.pipeThrough(gzip)).arrayBuffer();
}

/** @param {string} name */
export const makerOf = (name) => (name.endsWith(".wasm") ? code : memory);
