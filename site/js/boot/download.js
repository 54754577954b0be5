/** Downloads files from the site's own host: counts bytes, checks hashes, reports faults. */

import { companionOf, forgoCompanion, unpacked } from "./companions.js";
import { sha256 } from "./sha256.js";
import { SILENT_DOWNLOAD_S } from "./timeouts.js";

const JAVASCRIPT = /^(text|application)\/(x-)?(java|ecma)script$/;

/** Kept from before Pyodide boots: intercept-fetch.js replaces the global meanwhile. */
const { fetch } = globalThis;

/** A file that could not be downloaded; the message names it and says why. */
export class DownloadError extends Error {
  name = "DownloadError";
}

/** What the server, or a cache, has in place of the file. */
class WrongAnswer extends DownloadError {}

/**
 * @typedef {object} Options
 * @property {string} [integrity]  "sha256-<base64>", or several separated by spaces
 * @property {number} [limit]  bytes, when inflated; a longer file is not read to its end
 * @property {(loaded: number) => void} [onBytes]
 * @property {() => void} [onAgain]  after a wrong answer, before the file is fetched again
 * @property {(response: Response) => void} [onResponse]  may clone it; not checked yet
 */

/**
 * Fetch `url` and check it. After a wrong answer the file is fetched once more, past the
 * cache: a damaged copy, or a redirect, would otherwise stay there for ever. A file of the
 * build may be unpacked from its companion; one that is wrong is not asked for again.
 * @param {URL} url
 * @param {Options} [options]
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchBytes(url, options = {}) {
  const companion = options.integrity === undefined ? null : companionOf(url);
  if (companion !== null) {
    try {
      return await fetchOnce(url, "default", options, companion);
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error;
      forgoCompanion(url);
    }
  }
  try {
    return await fetchOnce(url, "default", options);
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error;
    options.onAgain?.();
    return fetchOnce(url, "reload", options);
  }
}

/**
 * @param {URL} url
 * @param {RequestCache} cache
 * @param {Options} options
 * @param {string | null} [companion]  URL
 */
async function fetchOnce(url, cache, options, companion = null) {
  const { integrity, limit, onBytes, onResponse } = options;
  const name = url.pathname.split("/").pop() ?? url.pathname;
  const watch = watchForSilence();
  try {
    const answer = await fetch(companion ?? url, { cache, signal: watch.signal });
    if (!answer.ok) {
      const status = `${answer.status} ${answer.statusText}`.trim();
      const gone = answer.status === 404 ? ". Reload this page if it was updated" : "";
      throw new WrongAnswer(`${name}: the server answered ${status}${gone}`);
    }
    const response = companion === null ? answer : unpacked(answer, url);
    onResponse?.(response);
    const bytes = await readAll(response, (loaded) => {
      noteActivity();
      if (limit !== undefined && loaded > limit) {
        const most = limit.toLocaleString("en");
        throw new DownloadError(`${name}: longer than ${most} bytes, the limit here`);
      }
      onBytes?.(loaded);
    });
    // fetch's own `integrity` would hold the bytes back, so none could be counted
    await check(name, bytes, integrity, response.headers.get("content-type") ?? "");
    return bytes;
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const isSilent = watch.signal.aborted;
    const reason = isSilent ? `no data for ${SILENT_DOWNLOAD_S} s` : "the connection failed";
    // what cannot be unpacked fails like a connection
    const Kind = companion === null || isSilent ? DownloadError : WrongAnswer;
    throw new Kind(`${name}: ${reason}`, { cause: error });
  } finally {
    watch.end();
  }
}

/**
 * Throw unless a response can be used: the right bytes, and of a type that browsers
 * accept, which only matters for modules.
 * @param {string} name
 * @param {ArrayBuffer} bytes
 * @param {string | undefined} integrity
 * @param {string} contentType
 */
async function check(name, bytes, integrity, contentType) {
  const type = contentType.split(";")[0].trim().toLowerCase();
  if (!(await matches(bytes, integrity, type))) {
    if (type === "text/html") {
      throw new WrongAnswer(
        `${name}: your server sends a web page (text/html) instead of this file. ` +
          "Upload the file, and have missing files answered with status 404",
      );
    }
    const size = bytes.byteLength.toLocaleString("en");
    throw new WrongAnswer(
      `${name}: the downloaded file (${size} bytes) does not match its checksum`,
    );
  }
  if (/\.m?js$/.test(name) && type !== "" && !JAVASCRIPT.test(type)) {
    throw new WrongAnswer(
      `${name}: your server sends this module as ${type}: it must be text/javascript`,
    );
  }
}

/**
 * @param {ArrayBuffer} bytes
 * @param {string | undefined} integrity  without one, only a web page is refused
 * @param {string} type
 */
async function matches(bytes, integrity, type) {
  if (integrity === undefined) return type !== "text/html";
  // plain http, other than on localhost, has no SubtleCrypto
  const digest = crypto.subtle?.digest("SHA-256", bytes) ?? sha256(bytes);
  return hasDigest(new Uint8Array(await digest), integrity);
}

/**
 * @param {Uint8Array} digest
 * @param {string} integrity
 */
export function hasDigest(digest, integrity) {
  const hash = `sha256-${btoa(String.fromCharCode(...digest))}`;
  return integrity.split(" ").includes(hash);
}

/**
 * @param {Response} response
 * @param {(loaded: number) => void} onBytes  gets the sum after each chunk
 */
async function readAll(response, onBytes) {
  if (response.body === null) return response.arrayBuffer();
  const reader = response.body.getReader();
  const chunks = [];
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    loaded += value.byteLength;
    try {
      onBytes(loaded);
    } catch (error) {
      await reader.cancel(); // it is not wanted: the connection is closed
      throw error;
    }
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

// On a slow line one file may wait until others have arrived. So all downloads share one
// clock, with those of the other thread: page and worker report theirs to each other.

/** @type {Set<AbortController>} */
const pending = new Set();
let silentSeconds = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/** Bytes arrived, in this thread or the other one: pending downloads go on. */
export function noteActivity() {
  silentSeconds = 0;
}

/** A signal that aborts if all downloads fall silent before `end` is called. */
function watchForSilence() {
  const controller = new AbortController();
  if (pending.size === 0) {
    silentSeconds = 0;
    timer = setInterval(countSecond, 1000);
  }
  pending.add(controller);
  return {
    signal: controller.signal,
    end() {
      pending.delete(controller);
      if (pending.size === 0) clearInterval(timer);
    },
  };
}

/** Counted, not measured: a laptop that slept for an hour counts one second. */
function countSecond() {
  silentSeconds += 1;
  if (silentSeconds < SILENT_DOWNLOAD_S) return;
  for (const controller of pending) controller.abort();
}
