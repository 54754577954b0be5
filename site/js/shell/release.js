/** Tells whether the server has another release than the one that this page is of. */

import { resolveUrl } from "../manifest.js";

/** False also where the server cannot be asked. */
export async function isReplaced() {
  const folder = resolveUrl("..").pathname.split("/").at(-2) ?? "";
  try {
    const response = await fetch(location.pathname, { cache: "no-cache" });
    return response.ok && !(await response.text()).includes(`${folder}/`);
  } catch {
    return false;
  }
}
