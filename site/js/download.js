// @ts-check
/** Bytes from the site's own host: counted as they come, and checked before use. */

/** Seconds without a byte after which a download counts as broken off. */
const PATIENCE_S = 30;

/** As it is when this module is loaded: python.js replaces the global one for a while. */
const fetchFromNetwork = globalThis.fetch;

/** What could not be had; the message names it and says why. */
export class DownloadError extends Error {
  name = "DownloadError";
}

class Damaged extends DownloadError {}

/** @typedef {{integrity?: string, onBytes?: (loaded: number) => void}} Options */

/**
 * Fetch `url`, and check it against `integrity` ("sha256-<base64>") if there is one.
 * What arrives damaged is fetched once more, past the cache: a bad copy in there would
 * else stay for ever.
 * @param {URL} url
 * @param {Options} [options]
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchBytes(url, options = {}) {
  try {
    return await fetchOnce(url, "default", options);
  } catch (error) {
    if (error instanceof Damaged) return fetchOnce(url, "reload", options);
    throw error;
  }
}

/**
 * @param {URL} url
 * @param {RequestCache} cache
 * @param {Options} options
 */
async function fetchOnce(url, cache, { integrity, onBytes = () => {} }) {
  const name = url.pathname.split("/").pop() ?? url.pathname;
  const guard = stallGuard();
  // With `integrity` the browser holds all bytes back until it has checked them, and
  // there is nothing to count. So we count and check, but for plain http (not on this
  // machine), where no page is given SHA-256.
  const ours = globalThis.crypto?.subtle !== undefined;
  /** @type {RequestInit} */
  const request = { cache, signal: guard.signal };
  if (!ours && integrity !== undefined) request.integrity = integrity;
  try {
    const response = await fetchFromNetwork(url, request);
    if (!response.ok) {
      const status = `${response.status} ${response.statusText}`.trim();
      throw new DownloadError(`${name}: the server answered ${status}`);
    }
    const bytes = await readAll(response, (loaded) => {
      guard.alive();
      onBytes(loaded);
    });
    if (ours && integrity !== undefined && (await sha256(bytes)) !== integrity) {
      const size = bytes.byteLength.toLocaleString("en");
      throw new Damaged(`${name}: what came (${size} bytes) is not the file expected`);
    }
    return bytes;
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const reason = guard.signal.aborted
      ? `nothing came for ${PATIENCE_S} s`
      : "the connection failed";
    throw new DownloadError(`${name}: ${reason}`, { cause: error });
  } finally {
    guard.end();
  }
}

/**
 * @param {Response} response
 * @param {(loaded: number) => void} onBytes  told the sum after each piece
 */
async function readAll(response, onBytes) {
  if (response.body === null) return response.arrayBuffer();
  const reader = response.body.getReader();
  const pieces = [];
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    loaded += value.byteLength;
    onBytes(loaded);
  }
  return new Blob(pieces).arrayBuffer();
}

/**
 * "sha256-<base64>" of the bytes, as `integrity` has it.
 * @param {ArrayBuffer} bytes
 */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** Aborts its signal unless told often enough that bytes still come. */
function stallGuard() {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, PATIENCE_S * 1000);
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(abort, PATIENCE_S * 1000);
    },
    end: () => clearTimeout(timer),
  };
}
