/** Reads an image from the clipboard, for the Paste button. */

import * as words from "../text/on-demand.js";

class ClipboardError extends Error {
  name = "ClipboardError";
}

/**
 * @returns {Promise<File>}
 * @throws {ClipboardError}  its message is shown to the user
 */
export async function readClipboard() {
  let items;
  try {
    items = await navigator.clipboard.read();
  } catch {
    throw new ClipboardError(words.PASTE_DENIED);
  }
  for (const item of items) {
    const type = item.types.find((name) => name.startsWith("image/"));
    if (type === undefined) continue;
    return new File([await item.getType(type)], words.CLIPBOARD, { type });
  }
  throw new ClipboardError(words.NOTHING_TO_PASTE);
}
