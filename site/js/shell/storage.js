/**
 * Storage on this device: an IndexedDB database of structured-cloneable values
 * by key.
 */

const NAME = "nnweb";
const VERSION = 1;
/** Networks by name, the training run to resume, labelled drawings. */
const STORES = /** @type {const} */ (["networks", "trainings", "drawings"]);

/** @typedef {typeof STORES[number]} StoreName */

/** The browser cannot store anything: a private window, or no room. */
class StoreError extends Error {
  name = "StoreError";
}

let opened = /** @type {Promise<IDBDatabase> | null} */ (null);

/** Opens the database once, and again after another tab or the browser has closed it. */
function database() {
  opened ??= open();
  opened.catch(() => (opened = null));
  return opened;
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    if (globalThis.indexedDB === undefined) {
      throw new StoreError("there is no IndexedDB");
    }
    const request = indexedDB.open(NAME, VERSION);
    request.addEventListener("error", () => reject(asError(request.error)));
    request.addEventListener("upgradeneeded", () => {
      const existing = request.result.objectStoreNames;
      for (const name of STORES) {
        if (!existing.contains(name)) request.result.createObjectStore(name);
      }
    });
    request.addEventListener("success", () => {
      const base = request.result;
      const forget = () => (opened = null);
      base.addEventListener("close", forget);
      base.addEventListener("versionchange", () => {
        base.close();
        forget();
      });
      resolve(base);
    });
  });
}

/** @param {DOMException | null} error */
function asError(error) {
  if (error?.name === "QuotaExceededError") return new StoreError("there is no room");
  return new StoreError(error?.message ?? "the browser does not say why");
}

/**
 * Runs one transaction. Resolves when it is on the disk; rejects if none of it is.
 * @template T
 * @param {StoreName} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => T} act
 * @returns {Promise<T>}
 */
async function transact(name, mode, act) {
  const base = await database();
  /** @type {IDBTransaction} */
  let transaction;
  try {
    transaction = base.transaction(name, mode);
  } catch (error) {
    opened = null;
    throw asError(error instanceof DOMException ? error : null);
  }
  const done = new Promise((resolve, reject) => {
    transaction.addEventListener("complete", resolve);
    transaction.addEventListener("abort", () => reject(asError(transaction.error)));
  });
  const result = act(transaction.objectStore(name));
  transaction.commit(); // a page that is closed loses what is not committed
  await done;
  return result;
}

/** @param {StoreName} name  @param {string} key  @returns {Promise<any>} undefined: none */
export const read = async (name, key) =>
  (await transact(name, "readonly", (store) => store.get(key))).result;

/** @param {StoreName} name  @returns {Promise<any[]>} in the order of their keys */
export const readAll = async (name) =>
  (await transact(name, "readonly", (store) => store.getAll())).result;

/** Adds or replaces. @param {StoreName} name  @param {[key: string, value: any][]} entries */
export const write = (name, ...entries) =>
  transact(name, "readwrite", (store) => {
    for (const [key, value] of entries) store.put(value, key);
  });

/** @param {StoreName} name  @param {string[]} keys */
export const remove = (name, ...keys) =>
  transact(name, "readwrite", (store) => {
    for (const key of keys) store.delete(key);
  });
