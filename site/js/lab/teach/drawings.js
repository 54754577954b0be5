/**
 * The person's labelled drawings: one list for the whole page, stored on this device
 * only. Without IndexedDB the list lasts as long as the page. No DOM but for pictures.
 */

import { decodePicture } from "../../pad/read-drawing.js";
import * as storage from "../../shell/storage.js";
import * as words from "./text.js";

/** @import { Drawing, Stroke } from "../../pad/strokes.js" */
/** @typedef {{label: string, strokes: Stroke[], picture: string | null}} Labelled  picture: a data URL */
/** @typedef {Labelled & {id: string}} Stored */

/** Maximum number of drawings. */
const LIMIT = 1000;

const STORE = "drawings";

const list = /** @type {Map<string, Stored>} */ (new Map());
/** Ids of those that are being stored, or could not be. @type {Set<string>} */
const unsaved = new Set();
const listeners = /** @type {(() => void)[]} */ ([]);
let problem = /** @type {unknown} */ (null);
let loading = /** @type {Promise<void> | null} */ (null);
let count = 0;

/** Why the last change could not be stored, or null. */
export const storageError = () => problem;

/** In the order in which they were added, also if one was deleted and restored. */
export const all = () => [...list.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** @param {() => void} listener  called after each change */
export const onChange = (listener) => listeners.push(listener);

function changed() {
  for (const listener of listeners) listener();
}

/** Loads the stored drawings, once. */
export function load() {
  loading ??= reload();
  return loading;
}

/** Loads them again: another tab may have changed them. */
export function reload() {
  return attempt(async () => {
    const stored = /** @type {Stored[]} */ (await storage.readAll(STORE));
    const known = new Map(list);
    const here = all().filter(({ id }) => unsaved.has(id));
    list.clear();
    for (const one of [...stored, ...here]) {
      const before = known.get(one.id);
      list.set(one.id, before?.label === one.label ? before : one);
    }
    changed();
  });
}

/** Runs an operation of the storage; if it fails, the list in memory remains. */
async function attempt(/** @type {() => Promise<unknown>} */ operation) {
  const before = problem;
  try {
    await operation();
    problem = null;
  } catch (error) {
    problem = error;
  }
  if (problem !== before) changed();
}

/** @param {Drawing} drawing  @param {string} label  @returns {Labelled} */
export const labelled = ({ strokes, picture }, label) => ({
  label,
  strokes,
  picture: picture?.toDataURL() ?? null,
});

/** The drawing itself. @param {Labelled} one  @returns {Promise<Drawing>} */
export const drawingOf = async ({ strokes, picture }) => ({
  strokes,
  picture: picture === null ? null : await decodePicture(picture),
});

/** How many drawings may be added. */
export async function room() {
  await load();
  return LIMIT - list.size;
}

/**
 * Adds drawings; resolves when they are stored, or cannot be.
 * @param {Labelled[]} some
 * @returns {Promise<Stored[]>}
 * @throws if there is no room for them
 */
export async function add(some) {
  const free = await room();
  if (some.length > free) {
    throw new RangeError(words.fill(words.TOO_MANY, { count: some.length, most: free }));
  }
  const time = String(Date.now()).padStart(15, "0");
  const stored = some.map((one) => {
    count += 1;
    return { ...one, id: `${time} ${String(count).padStart(6, "0")}` };
  });
  await put(stored);
  return stored;
}

/** Adds or replaces. @param {Stored[]} some */
export async function put(some) {
  for (const one of some) {
    list.set(one.id, one);
    unsaved.add(one.id);
  }
  changed();
  const entries = some.map((one) => /** @type {[string, Stored]} */ ([one.id, one]));
  await attempt(async () => {
    await storage.write(STORE, ...entries);
    for (const { id } of some) unsaved.delete(id);
  });
}

/** @param {string} id  @param {string} label */
export async function relabel(id, label) {
  const one = list.get(id);
  if (one !== undefined) await put([{ ...one, label }]);
}

/** @param {Stored[]} some */
export async function remove(some) {
  for (const { id } of some) {
    list.delete(id);
    unsaved.delete(id);
  }
  changed();
  await attempt(() => storage.remove(STORE, ...some.map(({ id }) => id)));
}
