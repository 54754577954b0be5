// @ts-check
/**
 * What the lab keeps on this device: nnweb's own database, and nobody else's. Values are
 * whatever structured cloning takes; nothing in it ever leaves the browser.
 */

const NAME = "nnweb";
const VERSION = 1;
/** Its drawers: networks by name, trainings to be taken up, drawings to learn from. */
const DRAWERS = /** @type {const} */ (["networks", "trainings", "drawings"]);

/** @typedef {typeof DRAWERS[number]} Drawer */

/** The browser does not keep it: a private window, or no room. */
export class StoreError extends Error {
  name = "StoreError";
}

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** The database, opened once; again after another tab or the browser has closed it. */
function database() {
  opened ??= open();
  opened.catch(() => (opened = null));
  return opened;
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  if (globalThis.indexedDB === undefined) throw new StoreError("there is no IndexedDB");
  const request = indexedDB.open(NAME, VERSION);
  request.addEventListener("upgradeneeded", () => {
    for (const drawer of DRAWERS) {
      if (!request.result.objectStoreNames.contains(drawer)) {
        request.result.createObjectStore(drawer);
      }
    }
  });
  const base = await settled(request);
  const forget = () => (opened = null);
  base.addEventListener("close", forget);
  base.addEventListener("versionchange", () => {
    base.close();
    forget();
  });
  return base;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(asError(request.error)));
  });
}

/** @param {DOMException | null} error */
function asError(error) {
  if (error?.name === "QuotaExceededError") return new StoreError("there is no room");
  return new StoreError(error?.message ?? "the browser does not say why");
}

/**
 * Do something with a drawer; resolves once all of it is safely on the disk, or rejects
 * where the browser fails to put it there, and then none of it is.
 * @template T
 * @param {Drawer} drawer
 * @param {IDBTransactionMode} mode
 * @param {(drawer: IDBObjectStore) => T} act
 * @returns {Promise<T>}
 */
async function within(drawer, mode, act) {
  const base = await database();
  /** @type {IDBTransaction} */
  let transaction;
  try {
    transaction = base.transaction(drawer, mode);
  } catch (error) {
    opened = null;
    throw asError(error instanceof DOMException ? error : null);
  }
  const done = new Promise((resolve, reject) => {
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(asError(transaction.error)));
  });
  const asked = act(transaction.objectStore(drawer));
  transaction.commit(); // what is not committed yet is lost with the page
  await done;
  return asked;
}

/** @param {Drawer} drawer  @param {string} key  @returns {Promise<any>} undefined: none */
export const read = async (drawer, key) =>
  (await within(drawer, "readonly", (store) => store.get(key))).result;

/** @param {Drawer} drawer  @returns {Promise<string[]>} in order */
export const keys = async (drawer) =>
  (await within(drawer, "readonly", (store) => store.getAllKeys())).result.map(String);

/** @param {Drawer} drawer  @returns {Promise<any[]>} in the order of their keys */
export const readAll = async (drawer) =>
  (await within(drawer, "readonly", (store) => store.getAll())).result;

/** Replaces what was there. @param {Drawer} drawer  @param {[key: string, value: any][]} entries */
export const write = (drawer, ...entries) =>
  within(drawer, "readwrite", (store) => {
    for (const [key, value] of entries) store.put(value, key);
  });

/** @param {Drawer} drawer  @param {string[]} gone  keys */
export const remove = (drawer, ...gone) =>
  within(drawer, "readwrite", (store) => {
    for (const key of gone) store.delete(key);
  });
