/** Remembers the network in use for as long as the tab lives, so that a reload opens it again. */

import { sitePath } from "../manifest.js";

/** @import { Source } from "./sources.js" */

/** Another ?model= is another page. @param {Source} first */
const keyFor = ({ name }) => `nnweb-network ${sitePath()} ${name}`;

/**
 * The network that was in use before a reload; null if it was the first.
 * @param {Source} first
 * @param {Source[]} shipped
 * @returns {Source | null}
 */
export function lastUsed(first, shipped) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyFor(first)) ?? "null");
    if (kept?.saved === undefined) return shipped.find(({ name }) => name === kept?.name) ?? null;
    /** @type {Source} */
    const source = {
      ...kept,
      read: async () => (await import("./saved-networks.js")).reopen(source),
    };
    return source;
  } catch {
    return null; // storage is forbidden
  }
}

/**
 * Whether a network that was in use is itself the reason why it cannot be opened again.
 * @param {unknown} error
 */
export const isUnusable = (error) =>
  error instanceof Error && /^(NetworkGone|StoreError|WeightsError)$/.test(error.name);

/** @param {Source} source  in use  @param {Source} first  @param {Source[]} shipped */
export function remember(source, first, shipped) {
  const isThere = shipped.includes(source) || source.saved !== undefined;
  try {
    if (isThere && source !== first) {
      sessionStorage.setItem(keyFor(first), JSON.stringify(source));
    } else sessionStorage.removeItem(keyFor(first));
  } catch {
    // storage is forbidden or full: a reload opens the first network
  }
}
