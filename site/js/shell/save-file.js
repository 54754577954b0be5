/** Saves a file to the user's downloads. */

/** Milliseconds; the browser does not report when it has read the blob. */
const REVOKE_AFTER_MS = 60_000;

/** @param {string} name  @param {BlobPart} content  @param {string} type */
export function saveFile(name, content, type) {
  const href = URL.createObjectURL(new Blob([content], { type }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), REVOKE_AFTER_MS);
}
