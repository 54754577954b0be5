// @ts-check
/**
 * The service worker: after one visit the page works offline. One cache, named after the
 * build, has all files of that build; others are added when they are requested. A page
 * gets all its files from the build that it came from.
 */

/** Filled in by tools/build/pages.py: paths from here, each with its hash for `fetch`. */
/** @type {{version: string, files: [string, string][]}} */
const BUILD = { version: "", files: [] };

const scope = /** @type {any} */ (globalThis);
const base = new URL(scope.registration.scope);
/** Sites of one origin share its caches; this prefix marks the ones of this site. */
const PREFIX = `nnweb-${base.pathname}-`;
const CURRENT = PREFIX + BUILD.version;
/** A folder named by the hash of its contents. */
const HASHED = /\/[a-z]+-[0-9a-f]{12}\//;
/** Parallel downloads: few, as the page may be downloading too. */
const PARALLEL = 3;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(cacheAll());
});
scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(activate());
});
scope.addEventListener("message", (/** @type {MessageEvent} */ { data }) => {
  if (data === "take over") scope.skipWaiting();
});
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  const isOfThisSite = url.origin === base.origin && url.pathname.startsWith(base.pathname);
  if (event.request.method !== "GET" || !isOfThisSite) return;
  const path = pathOf(event.request, url);
  if (path !== null) event.respondWith(answer(event.request, path));
});

/** Cache all files of this build, or fail: half a build is useless. */
async function cacheAll() {
  const cache = await caches.open(CURRENT);
  const queue = [...BUILD.files];
  try {
    await Promise.all(Array.from({ length: PARALLEL }, drain));
  } catch (error) {
    await caches.delete(CURRENT); // the storage quota may be too small
    throw error;
  }

  async function drain() {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await add(cache, ...next);
    }
  }
}

/**
 * @param {Cache} cache
 * @param {string} path
 * @param {string} integrity
 */
async function add(cache, path, integrity) {
  const url = new URL(path, base);
  if (!HASHED.test(url.pathname)) return put(cache, url, "no-cache", integrity);
  // the name is a hash, so another build's copy is the same file
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

/** Delete older builds. */
async function activate() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(PREFIX) && name !== CURRENT);
  await Promise.all(older.map((name) => caches.delete(name)));
  // Pages of a first visit come from this build; pages of an older build asked for the
  // update and will reload.
  await scope.clients.claim();
}

/**
 * The path under which a request is cached; null if it is not part of this build.
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
 * Answer from the cache; if that fails, from the network.
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  const url = new URL(path, base);
  if (request.cache !== "reload") {
    const cached = await find(url);
    if (cached !== undefined) return cached;
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
    // quota exceeded: it is fetched again next time
  }
}
