/** Networks saved on this device, by name. */

import * as storage from "../storage.js";
import * as words from "../text.js";

/** @import { Source } from "../../networks/sources.js" */
/**
 * @typedef {object} SavedNetwork
 * @property {string} name
 * @property {ArrayBuffer} bytes  a weights file in any format
 * @property {string} about  its description in one line
 * @property {number} when  Date.now()
 */

/** @type {Map<string, {source: Source, saved: SavedNetwork}>} */
const sources = new Map();

/** In order of their names. @returns {Promise<SavedNetwork[]>} */
export const all = () => storage.readAll("networks");

/**
 * Saves a network; asks before it replaces one of the same name.
 * @param {string} name
 * @param {ArrayBuffer} bytes
 * @param {string} about
 * @returns {Promise<boolean>} whether it was saved
 */
export async function save(name, bytes, about) {
  const exists = (await storage.read("networks", name)) !== undefined;
  if (exists && !confirm(words.fill(words.OVERWRITE_ASKED, { name }))) return false;
  /** @type {SavedNetwork} */
  const saved = { name, bytes, about, when: Date.now() };
  await storage.write("networks", [name, saved]);
  return true;
}

/** Deletes one after asking; whether it did. @param {string} name */
export async function remove(name) {
  if (!confirm(words.fill(words.DELETE_ASKED, { name }))) return false;
  await storage.remove("networks", name);
  sources.delete(name);
  return true;
}

/**
 * The network as a source for the page: always the same object, so that the page lists it
 * once.
 * @param {SavedNetwork} saved
 */
export function sourceOf(saved) {
  const known = sources.get(saved.name);
  if (known?.saved.when === saved.when) return known.source;
  /** @type {Source} */
  const source = {
    name: words.fill(words.SAVED_NAME, { name: saved.name }),
    size: saved.bytes.byteLength,
    read: async () => saved.bytes.slice(0),
  };
  sources.set(saved.name, { source, saved });
  return source;
}
