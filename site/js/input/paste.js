// @ts-check
/** The picture that lies in the clipboard, asked for by a button. */

import * as words from "../text/on-demand.js";

class NothingPasted extends Error {
  name = "NothingPasted";
}

/**
 * @returns {Promise<File>}
 * @throws {NothingPasted}  with words for people
 */
export async function pasted() {
  let items;
  try {
    items = await navigator.clipboard.read();
  } catch {
    throw new NothingPasted(words.PASTE_DENIED);
  }
  for (const item of items) {
    const type = item.types.find((name) => name.startsWith("image/"));
    if (type === undefined) continue;
    return new File([await item.getType(type)], words.CLIPBOARD, { type });
  }
  throw new NothingPasted(words.NOTHING_TO_PASTE);
}
