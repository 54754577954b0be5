// @ts-check
/** Styles of parts that few need, each fetched with its part. */

import { resolveUrl } from "../manifest.js";

/**
 * Add css/<name> to the page. Settled once it is there; and where it does not come, for
 * the part works without it, too.
 * @param {string} name
 */
export function addStyle(name) {
  const href = resolveUrl(`../css/${name}`).href;
  const link = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href,
  });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
}
