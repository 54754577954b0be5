// @ts-check
/** Bytes from the site's own host: counted as they come, and checked before use. */

/** Seconds without a byte of any download after which all count as broken off. */
const PATIENCE_S = 45;

/** As it is when this module is loaded: python.js replaces the global one for a while. */
const fetchFromNetwork = globalThis.fetch;

/** What could not be had; the message names it and says why. */
export class DownloadError extends Error {
  name = "DownloadError";
}

class Damaged extends DownloadError {}

const nothing = () => {};

/**
 * @typedef {object} Options
 * @property {string} [integrity]
 * @property {(loaded: number) => void} [onBytes]
 * @property {(response: Response) => void} [onResponse]  may clone it; not checked yet
 */

/**
 * Fetch `url`, and check it against `integrity`: "sha256-<base64>", or several of these.
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
async function fetchOnce(url, cache, options) {
  const { integrity, onBytes = nothing, onResponse = nothing } = options;
  const name = url.pathname.split("/").pop() ?? url.pathname;
  const watched = watch();
  // With `integrity` the browser holds all bytes back until it has checked them, and
  // there is nothing to count. So we count and check, but for plain http (not on this
  // machine), where no page is given SHA-256.
  const ours = globalThis.crypto?.subtle !== undefined;
  /** @type {RequestInit} */
  const request = { cache, signal: watched.signal };
  if (!ours && integrity !== undefined) request.integrity = integrity;
  try {
    const response = await fetchFromNetwork(url, request);
    if (!response.ok) {
      const status = `${response.status} ${response.statusText}`.trim();
      throw new DownloadError(`${name}: the server answered ${status}`);
    }
    onResponse(response);
    const bytes = await readAll(response, (loaded) => {
      signOfLife();
      onBytes(loaded);
    });
    const wanted = ours ? integrity?.split(" ") : undefined;
    if (wanted !== undefined && !wanted.includes(await sha256(bytes))) {
      const size = bytes.byteLength.toLocaleString("en");
      throw new Damaged(`${name}: what came (${size} bytes) is not the file expected`);
    }
    return bytes;
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const reason = watched.signal.aborted
      ? `nothing came for ${PATIENCE_S} s`
      : "the connection failed";
    throw new DownloadError(`${name}: ${reason}`, { cause: error });
  } finally {
    watched.end();
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
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes.buffer;
}

/**
 * "sha256-<base64>" of the bytes, as `integrity` has it.
 * @param {ArrayBuffer} bytes
 */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

// On a slow line one file may well wait until the others are there. So it is all
// downloads together that must not fall silent.

/** @type {Set<AbortController>} */
const waiting = new Set();
let quietSeconds = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/** Something came, here or in the worker: what still waits is not given up. */
export function signOfLife() {
  quietSeconds = 0;
}

/** A signal that is aborted if downloads fall silent before its `end`. */
function watch() {
  const controller = new AbortController();
  if (waiting.size === 0) {
    quietSeconds = 0;
    timer = setInterval(countSecond, 1000);
  }
  waiting.add(controller);
  return {
    signal: controller.signal,
    end() {
      waiting.delete(controller);
      if (waiting.size === 0) clearInterval(timer);
    },
  };
}

/** Counted, not measured: a laptop that slept for an hour counts one. */
function countSecond() {
  quietSeconds += 1;
  if (quietSeconds < PATIENCE_S) return;
  for (const controller of waiting) controller.abort();
}
