/**
 * Turns downloaded files into what a start uses: compiles WebAssembly, inflates the memory
 * image, unpacks wheels. The first two work on the stream, at no extra time.
 */

/**
 * @typedef {object} Decoder
 * @property {(response: Response) => Promise<any>} [fromStream]  may reject where
 *   `fromBytes` succeeds
 * @property {(bytes: ArrayBuffer) => Promise<any>} fromBytes
 */
/** @typedef {[string, Uint8Array<ArrayBuffer>][]} Unpacked  paths and contents */

/** @type {Record<string, Decoder>} */
const DECODERS = {
  wasm: {
    // rejects any content type but application/wasm
    fromStream: async (response) => WebAssembly.compileStreaming(response),
    fromBytes: async (bytes) => WebAssembly.compile(bytes),
  },
  bin: {
    fromStream: async ({ body }) => inflate(/** @type {BodyInit} */ (body), "gzip"),
    fromBytes: async (bytes) => {
      // browsers inflate it where the host sends its precompressed companion
      const [first, second] = new Uint8Array(bytes);
      return first === 0x1f && second === 0x8b ? inflate(bytes, "gzip") : bytes;
    },
  },
  whl: { fromBytes: async (bytes) => unzip(bytes) },
};
/** @type {Decoder} */
const IDENTITY = { fromBytes: async (bytes) => bytes };

/**
 * @param {string} name  of a file
 * @returns {Decoder}
 */
export function decoderOf(name) {
  return DECODERS[name.split(".").at(-1) ?? ""] ?? IDENTITY;
}

/**
 * @param {BodyInit} packed  bytes, or a stream of them
 * @param {CompressionFormat} format
 */
export function inflate(packed, format) {
  const stream = /** @type {ReadableStream} */ (new Response(packed).body);
  const inflating = stream.pipeThrough(new DecompressionStream(format));
  return new Response(inflating).arrayBuffer();
}

/** Size of the record that ends an archive without a comment. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const DEFLATED = 8;

/**
 * The files in a zip archive, such as a wheel. Source: PKWARE's APPNOTE.TXT, 4.3 and
 * 4.4.5, without multi-part archives, encryption and sizes over 4 GB.
 * @param {ArrayBuffer} archive
 * @returns {Promise<Unpacked>}
 */
export function unzip(archive) {
  const view = new DataView(archive);
  const u16 = (/** @type {number} */ at) => view.getUint16(at, true);
  const u32 = (/** @type {number} */ at) => view.getUint32(at, true);
  const end = archive.byteLength - END_BYTES;
  if (end < 0 || u32(end) !== END_SIGNATURE) throw new Error("not a zip archive");

  const decoder = new TextDecoder();
  /** @param {number} at  of an entry in the central directory */
  const file = async (at) => {
    const name = decoder.decode(new Uint8Array(archive, at + 46, u16(at + 28)));
    const header = u32(at + 42); // the local one; the data follows it
    const start = header + 30 + u16(header + 26) + u16(header + 28);
    const packed = new Uint8Array(archive, start, u32(at + 20));
    const content =
      u16(at + 10) === DEFLATED
        ? new Uint8Array(await inflate(packed, "deflate-raw"))
        : packed;
    return /** @type {Unpacked[number]} */ ([name, content]);
  };
  const files = [];
  let at = u32(end + 16);
  for (let left = u16(end + 10); left > 0; left -= 1) {
    files.push(file(at));
    at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
  }
  return Promise.all(files);
}
