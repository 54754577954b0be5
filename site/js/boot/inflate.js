// @ts-check
/** Bytes as they were before they were compressed; the browser inflates them. */

/**
 * @param {BodyInit} packed  bytes, or a stream of them
 * @param {CompressionFormat} format
 */
export function inflated(packed, format) {
  const stream = /** @type {ReadableStream} */ (new Response(packed).body);
  const inflating = stream.pipeThrough(new DecompressionStream(format));
  return new Response(inflating).arrayBuffer();
}
