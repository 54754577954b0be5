// @ts-check
/** Networks kept on this device, by name; and each as a source for the page. */

import * as store from "../storage.js";
import * as words from "../text.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/**
 * @typedef {object} Kept
 * @property {string} name
 * @property {ArrayBuffer} bytes  a weights file in any format
 * @property {string} about  what it is, in a line
 * @property {number} when  it was kept, as Date has it
 */

/** @type {Map<string, {source: Source, kept: Kept}>} */
const known = new Map();

/** All of them, in order of their names. @returns {Promise<Kept[]>} */
export const all = () => store.readAll("networks");

/**
 * Keep a network, in the place of one of the same name only if the person says so.
 * @param {string} name
 * @param {ArrayBuffer} bytes
 * @param {string} about
 * @returns {Promise<boolean>} whether it is kept
 */
export async function keep(name, bytes, about) {
  const there = (await store.keys("networks")).includes(name);
  if (there && !confirm(words.overwriteAsked(name))) return false;
  /** @type {Kept} */
  const kept = { name, bytes, about, when: Date.now() };
  await store.write("networks", [name, kept]);
  return true;
}

/** Delete one, if the person says so. @param {string} name */
export async function forget(name) {
  if (!confirm(words.deleteAsked(name))) return false;
  await store.remove("networks", name);
  known.delete(name);
  return true;
}

/**
 * The same source for the same network, so that the page lists it once.
 * @param {Kept} kept
 */
export function sourceOf(kept) {
  const there = known.get(kept.name);
  if (there?.kept.when === kept.when) return there.source;
  /** @type {Source} */
  const source = {
    name: words.keptName(kept.name),
    size: kept.bytes.byteLength,
    read: async () => kept.bytes.slice(0),
  };
  known.set(kept.name, { source, kept });
  return source;
}
