// @ts-check
/** Gives the person a file: it is among their downloads then. */

/** @param {string} name  @param {BlobPart} content  @param {string} type */
export function give(name, content, type) {
  const href = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href, download: name });
  link.click();
  // after the download has begun, which is not told
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
