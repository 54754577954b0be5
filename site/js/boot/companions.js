/**
 * Decides whether to ask for a file's compressed companion, and unpacks it: where the host
 * compresses nothing. How it sends files is seen from the manifest, which has arrived
 * before, so that no request is made to find out.
 */

import { COMPANIONS, resolveUrl } from "../manifest.js";

/** Large files that compress well. Modules are made of a blob, see import-pyodide.js. */
const COMPRESSIBLE = /\.(wasm|json|mjs\.js)$/;
const MODULE = /\.js$/;

/** Ends the names of workers, which cannot rely on seeing how the manifest has arrived. */
const MARK = " packed";

/** Whether this worker has the page's policy, which forbids modules from blobs. */
const isConfined = globalThis.location?.protocol === "blob:";

/** URLs of files whose companions are missing, damaged or of no use here. */
const forgone = /** @type {Set<string>} */ (new Set());

/** Ask for this file itself from now on. @param {URL} url */
export const forgoCompanion = ({ href }) => forgone.add(href);

/**
 * The URL to ask for instead of a file of this build; null: ask for the file itself.
 * @param {URL} url
 */
export function companionOf({ href, pathname }) {
  if (forgone.has(href) || !COMPRESSIBLE.test(pathname)) return null;
  if (isConfined && MODULE.test(pathname)) return null;
  return areWanted() ? `${href}.gz` : null;
}

/** The name for a worker, which makes it ask as this page does. @param {string} name */
export const workerName = (name) => (areWanted() ? name + MARK : name);

function areWanted() {
  return COMPANIONS && typeof DecompressionStream === "function" && isHostPlain();
}

/** False also where the browser does not say, or has files from a service worker. */
function isHostPlain() {
  const { document, name } = /** @type {{document?: Document, name?: string}} */ (globalThis);
  if (document === undefined) return String(name).endsWith(MARK);
  const [entry] = performance.getEntriesByName(resolveUrl("manifest.js").href);
  if (entry === undefined) return false;
  const { encodedBodySize, decodedBodySize, workerStart } =
    /** @type {PerformanceResourceTiming} */ (entry);
  return workerStart === 0 && encodedBodySize > 0 && encodedBodySize === decodedBodySize;
}

/**
 * The response with a file, made of the one with its companion.
 * @param {Response} response
 * @param {URL} url  of the file
 */
export function unpacked({ body, headers }, { pathname }) {
  const stream = /** @type {ReadableStream} */ (body ?? new Blob().stream());
  // hosts that send .gz as an encoding have it undone by the browser
  const isPlain = headers.has("content-encoding");
  const type = pathname.endsWith(".wasm") ? { "content-type": "application/wasm" } : {};
  return new Response(
    isPlain ? stream : stream.pipeThrough(new DecompressionStream("gzip")),
    { headers: /** @type {HeadersInit} */ (type) },
  );
}
