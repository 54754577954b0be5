// @ts-check
/**
 * The service worker: after one visit the page needs no network. It keeps the files of one
 * build, whole, in one cache that bears the build's name; what else of that build is asked
 * for later joins it. A page is always answered by the build that it came from.
 */

/** Filled in by tools/build/pages.py: paths from here, each with its hash for `fetch`. */
/** @type {{version: string, files: [string, string][]}} */
const BUILD = { version: "", files: [] };

const scope = /** @type {any} */ (globalThis);
const base = new URL(scope.registration.scope);
/** All sites of an origin share its caches: ours are those that begin so. */
const OURS = `nnweb-${base.pathname}-`;
const CURRENT = OURS + BUILD.version;
/** A folder that is named by what is in it. */
const HASHED = /\/[a-z]+-[0-9a-f]{12}\//;
/** Downloads at a time: the page may be doing something else. */
const LANES = 3;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keepAll());
});
scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(takeOver());
});
scope.addEventListener("message", (/** @type {MessageEvent} */ { data }) => {
  if (data === "take over") scope.skipWaiting();
});
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === base.origin && url.pathname.startsWith(base.pathname);
  if (event.request.method !== "GET" || !ours) return;
  const path = pathOf(event.request, url);
  if (path !== null) event.respondWith(answer(event.request, path));
});

/** Keep all files of this build, or fail: half a build is no use. */
async function keepAll() {
  const cache = await caches.open(CURRENT);
  const queue = [...BUILD.files];
  try {
    await Promise.all(Array.from({ length: LANES }, drain));
  } catch (error) {
    await caches.delete(CURRENT); // there may be too little room for it
    throw error;
  }

  async function drain() {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await keep(cache, ...next);
    }
  }
}

/**
 * @param {Cache} cache
 * @param {string} path
 * @param {string} integrity
 */
async function keep(cache, path, integrity) {
  const url = new URL(path, base);
  if (!HASHED.test(url.pathname)) return put(cache, url, "no-cache", integrity);
  // under this name another build had the same
  const known = await caches.match(url, { ignoreVary: true });
  if (known === undefined) return put(cache, url, "default", integrity);
  return cache.put(url, known);
}

/**
 * @param {Cache} cache
 * @param {URL} url
 * @param {RequestCache} mode
 * @param {string} integrity
 */
async function put(cache, url, mode, integrity) {
  const response = await fetch(url, { cache: mode, integrity });
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  return cache.put(url, response);
}

/** The older builds go. */
async function takeOver() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(OURS) && name !== CURRENT);
  await Promise.all(older.map((name) => caches.delete(name)));
  // A page of a first visit has come from this very build; one of an older build has
  // said yes, and will be loaded again.
  await scope.clients.claim();
}

/**
 * Under which path a request's answer is kept; null if it is none of this build.
 * @param {Request} request
 * @param {URL} url
 */
function pathOf(request, url) {
  if (HASHED.test(url.pathname)) return url.href;
  if (request.mode !== "navigate") return null;
  const name = url.pathname.slice(base.pathname.length);
  const page = name.replace(/(^|\/)index\.html$/, "$1") || "./";
  return BUILD.files.some(([path]) => path === page) ? page : null;
}

/**
 * From the cache; else, or where that is broken, from the network.
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  const url = new URL(path, base);
  if (request.cache !== "reload") {
    const kept = await find(url);
    if (kept !== undefined) return kept;
  }
  const response = await fetch(request);
  if (response.ok && HASHED.test(url.pathname)) store(url, response.clone());
  return response;
}

/** @param {URL} url */
async function find(url) {
  try {
    const cache = await caches.open(CURRENT);
    return await cache.match(url, { ignoreVary: true });
  } catch {
    return undefined;
  }
}

/**
 * @param {URL} url
 * @param {Response} response
 */
async function store(url, response) {
  try {
    const cache = await caches.open(CURRENT);
    await cache.put(url, response);
  } catch {
    // no room: it is fetched again next time
  }
}
