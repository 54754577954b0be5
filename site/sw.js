// @ts-check
/**
 * The service worker: after one visit the page works offline. One cache, named after the
 * build, has all files of that build; others are added when they are requested. A page
 * gets all its files from the build that it came from, whose cache stays while a tab has
 * such a page.
 */

/** Filled in by tools/build/pages.py: paths from here, each with its hash for `fetch`. */
/** @type {{version: string, companions: boolean, files: [string, string][]}} */
const BUILD = { version: "", companions: false, files: [] };

const scope = /** @type {any} */ (globalThis);
const base = new URL(scope.registration.scope);
/** Sites of one origin share its caches; this prefix marks the ones of this site. */
const PREFIX = `nnweb-${base.pathname}-`;
const CURRENT = PREFIX + BUILD.version;
/** A folder named by the hash of its contents. */
const HASHED = /\/[a-z]+-[0-9a-f]{12}\//;
/** Hashes of this build's files by their URLs. */
const HASHES = new Map(BUILD.files.map(([path, hash]) => [new URL(path, base).href, hash]));
/** Files that the page checks by itself: data and Pyodide's modules, most of the bytes. */
const CHECKED_BY_PAGE = /\.(wasm|bin|zip|whl|json|gz|mjs\.js)$/;
/** Files that are unpacked from companions where the host compresses nothing. */
const COMPRESSIBLE = /\.(wasm|json|mjs\.js)$/;
/** Whether the host has sent a script compressed; undefined before the first. */
let compresses = /** @type {boolean | undefined} */ (undefined);
/** Parallel downloads: few, as the page may be downloading too. */
const PARALLEL = 3;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(cacheAll());
});
scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(activate());
});
scope.addEventListener("message", (/** @type {any} */ event) => {
  const { data } = event;
  if (data === "take over") scope.skipWaiting();
  if (data === "remove older") event.waitUntil(removeOlder());
  if (Array.isArray(data)) event.waitUntil(addMore(data, event.ports[0]));
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
 * Cache files that only some browsers need; report whether that succeeded.
 * @param {[string, string][]} files  as in BUILD
 * @param {MessagePort} port
 */
async function addMore(files, port) {
  try {
    const cache = await caches.open(CURRENT);
    await Promise.all(files.map((file) => add(cache, ...file)));
    port.postMessage(true);
  } catch {
    port.postMessage(false);
  }
}

/**
 * @param {Cache} cache
 * @param {URL} url
 * @param {RequestCache} mode
 * @param {string} integrity
 */
async function put(cache, url, mode, integrity) {
  const unpacked = await unpack(url, integrity);
  if (unpacked !== null) return cache.put(url, unpacked);
  const get = (/** @type {RequestCache} */ from) => fetch(url, { cache: from, integrity });
  let response = await get(mode).catch(() => Response.error());
  if (!isUsable(response)) response = await get("reload"); // the browser's copy may be bad
  if (!isUsable(response)) throw new Error(`${url}: the server answered ${response.status}`);
  if (url.pathname.endsWith(".js")) compresses ??= response.headers.has("content-encoding");
  return cache.put(url, response);
}

/**
 * A file made of its companion, as the page has it (boot/companions.js); null where the
 * file itself is to be fetched.
 * @param {URL} url
 * @param {string} integrity
 */
async function unpack(url, integrity) {
  const isWanted = BUILD.companions && compresses === false;
  if (!isWanted || !COMPRESSIBLE.test(url.pathname)) return null;
  try {
    const { body, headers } = await fetch(`${url}.gz`);
    const isPlain = headers.has("content-encoding");
    const stream = isPlain ? body : body?.pipeThrough(new DecompressionStream("gzip"));
    const bytes = await new Response(stream).arrayBuffer();
    if ((await hashOf(bytes)) !== integrity) return null;
    const [ending = ""] = /[a-z]+$/.exec(url.pathname) ?? [];
    const type = ending === "js" ? "text/javascript" : `application/${ending}`;
    return new Response(bytes, { headers: { "content-type": type } });
  } catch {
    return null; // there is none, or it is damaged
  }
}

/** @param {ArrayBuffer} bytes */
async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** A script, style or page of another type would be of no use. @param {Response} response */
function isUsable({ ok, url, headers }) {
  const type = headers.get("content-type") ?? "";
  const [ending = ""] = /(js|css|svg|html|\/)$/.exec(url) ?? [];
  return ok && type.includes(ending.replace("js", "javascript").replace("/", "html"));
}

async function activate() {
  await removeOlder();
  // Pages of a first visit come from this build; pages of an older build asked for the
  // update and will reload.
  await scope.clients.claim();
}

/** Delete older builds but those of open tabs, which hold a lock: shell/offline.js. */
async function removeOlder() {
  const { held } = await navigator.locks.query();
  const open = new Set(held?.map(({ name }) => name));
  const isOpen = (/** @type {Request} */ { url }) =>
    open.has(url.replace(/(\/[a-z]+-[0-9a-f]{12}\/).*/, "$1"));
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CURRENT) continue;
    const cache = await caches.open(name);
    if (!(await cache.keys()).some(isOpen)) await caches.delete(name);
  }
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
  // a page asks past the cache for what was damaged there; XMLHttpRequest by a header
  const asked = request.headers.get("cache-control");
  const isPast = asked === "no-cache" || request.cache === "reload";
  if (!isPast) {
    const cached = await find(url);
    if (cached !== undefined) return cached;
  }
  const response = await fetch(request);
  if (response.ok) {
    // what is asked for next must not meet the old copy while the new one is being stored
    if (isPast) await removeCopies(url);
    store(url, response.clone());
  }
  return response;
}

/** @param {URL} url */
async function removeCopies(url) {
  try {
    for (const name of await caches.keys()) {
      if (!name.startsWith(PREFIX)) continue;
      await (await caches.open(name)).delete(url, { ignoreVary: true });
    }
  } catch {
    // the storage is broken: nothing is found there
  }
}

/** The undamaged copy in this build's cache, or in that of an older tab. @param {URL} url */
async function find(url) {
  try {
    for (const from of [await caches.open(CURRENT), caches]) {
      const cached = await from.match(url, { ignoreVary: true });
      if (cached !== undefined && (await isIntact(url, cached))) return cached;
    }
  } catch {
    // the storage is broken: there is still the network
  }
  return undefined;
}

/**
 * Whether a response has the bytes of this build; true for what the page checks itself,
 * and for files of other builds.
 * @param {URL} url
 * @param {Response} response
 */
async function isIntact(url, response) {
  const hash = HASHES.get(url.href);
  if (hash === undefined || CHECKED_BY_PAGE.test(url.pathname)) return true;
  // the response itself is what is used: only there does a browser keep compiled code
  return hash === (await hashOf(await response.clone().arrayBuffer()));
}

/**
 * @param {URL} url
 * @param {Response} response
 */
async function store(url, response) {
  try {
    const cache = await caches.open(CURRENT);
    if (await isIntact(url, response)) await cache.put(url, response);
  } catch {
    // quota exceeded: it is fetched again next time
  }
}
