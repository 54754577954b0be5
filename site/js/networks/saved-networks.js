/** Networks saved on this device, by name. */

import * as words from "../say/saved.js";
import * as storage from "../shell/storage.js";
import { fill } from "../text/page.js";

/** @import { Source } from "./sources.js" */
/**
 * @typedef {object} SavedNetwork
 * @property {string} name
 * @property {ArrayBuffer} bytes  a weights file in any format
 * @property {string} about  its description in one line
 * @property {number} when  Date.now()
 * @property {boolean} [isTaught]  by a person's drawings
 */

/** When each was saved, with its source. @type {Map<string, {source: Source, when: number}>} */
const sources = new Map();
/** @type {(() => Promise<void>)[]} */
const listeners = [];

/** It was deleted, perhaps in another tab. */
class NetworkGone extends Error {
  name = "NetworkGone";
}

/** In order of their names. @returns {Promise<SavedNetwork[]>} */
export const all = () => storage.readAll("networks");

/**
 * Calls `listener` with the sources of the saved networks, now and after each change.
 * @param {(sources: Source[]) => void} listener
 */
export async function follow(listener) {
  const notify = async () => listener((await all()).map(sourceOf));
  listeners.push(notify);
  await notify();
}

const notifyAll = () => Promise.all(listeners.map((notify) => notify()));

/**
 * Saves a network; asks before it replaces one of the same name.
 * @param {string} name
 * @param {ArrayBuffer} bytes
 * @param {string} about
 * @param {boolean} [isTaught]
 * @returns {Promise<boolean>} whether it was saved
 */
export async function save(name, bytes, about, isTaught = false) {
  const exists = (await storage.read("networks", name)) !== undefined;
  if (exists && !confirm(fill(words.OVERWRITE_ASKED, { name }))) return false;
  /** @type {SavedNetwork} */
  const saved = { name, bytes, about, when: Date.now(), isTaught };
  await storage.write("networks", [name, saved]);
  await notifyAll();
  return true;
}

/** Deletes one after asking; whether it did. @param {string} name */
export async function remove(name) {
  if (!confirm(fill(words.DELETE_ASKED, { name }))) return false;
  await forget([name]);
  return true;
}

/** The names of those that a person's drawings have taught. */
export const taught = async () =>
  (await all()).filter(({ isTaught }) => isTaught).map(({ name }) => name);

/** Deletes without asking. @param {string[]} names */
export async function forget(names) {
  await storage.remove("networks", ...names);
  for (const name of names) sources.delete(name);
  await notifyAll();
}

/** As the page shows it. @param {string} name */
const nameOf = (name) => fill(words.NAME, { name });

/**
 * The network as a source for the page: always the same object, so that the page lists it
 * once.
 * @param {SavedNetwork} saved
 */
export function sourceOf(saved) {
  const known = sources.get(saved.name);
  if (known?.when === saved.when) return known.source;
  /** @type {Source} */
  const source = {
    name: nameOf(saved.name),
    size: saved.bytes.byteLength,
    saved: saved.name,
    read: async () => saved.bytes.slice(0),
  };
  sources.set(saved.name, { source, when: saved.when });
  return source;
}

/**
 * The weights of the saved network that a source of an earlier visit stands for, which
 * becomes that network's source.
 * @param {Source} source
 */
export async function reopen(source) {
  const name = /** @type {string} */ (source.saved);
  /** @type {SavedNetwork | undefined} */
  const saved = await storage.read("networks", name);
  if (saved === undefined) throw new NetworkGone(words.GONE);
  source.name = nameOf(name); // that visit may have been in another language
  sources.set(name, { source, when: saved.when });
  return saved.bytes;
}
