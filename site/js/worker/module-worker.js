/**
 * Starts workers from module files, under one of two policies. A worker obeys the policy
 * of its own response, which a host that sends no headers does not give it; one that is
 * started from a blob inherits the page's.
 */

import { workerName } from "../boot/companions.js";
import { fetchBytes } from "../boot/download.js";
import { resolveUrl } from "../manifest.js";

/** The browser lacks a feature that is needed; a retry cannot help. */
export class Unsupported extends Error {
  name = "Unsupported";
}

let blobsForbidden = false;
// in Node there is no document
globalThis.document?.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective !== "worker-src") return;
  blobsForbidden ||= event.blockedURI.startsWith("blob");
});

/** Whether a worker was refused because the page's policy allows none from a blob. */
export const policyForbidsBlobs = () => blobsForbidden;

/**
 * A worker under its own response's policy.
 * @param {URL} url
 * @param {string} [name]  that the worker finds at the start of `self.name`
 */
export function newModuleWorker(url, name = "nnweb") {
  if (typeof WebAssembly !== "object") throw new Unsupported("WebAssembly");
  if (typeof Worker !== "function") throw new Unsupported("web workers");
  let supported = false;
  const options = {
    name: workerName(name),
    /** A browser without module workers never reads it. */
    get type() {
      supported = true;
      return /** @type {const} */ ("module");
    },
  };
  const worker = new Worker(url, options);
  if (supported) return worker;
  worker.terminate();
  throw new Unsupported("module workers");
}

/**
 * A worker under the page's policy: for code that a person writes, so that it reaches no
 * other site, whatever the host sends; and for a script from another origin, which
 * browsers let a worker import, but not be. Where the page's policy forbids blobs, it fails,
 * and the next one is under its own response's policy.
 * @param {URL} url
 * @param {string} [name]  that the worker finds at the start of `self.name`
 */
export function newInheritingWorker(url, name) {
  if (blobsForbidden) return newModuleWorker(url, name);
  const source = `import ${JSON.stringify(url.href)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = newModuleWorker(new URL(blob), name);
  worker.addEventListener("message", () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}

/**
 * Whether a script has the bytes of the build; false if a damaged copy was in the
 * browser's cache and has been replaced. Browsers check the scripts of a page, but not
 * those of workers, nor what a page of others imports; this reads the copy in the cache.
 * @param {import("../manifest.js").CheckedScript} script
 */
export async function checkScript({ file, integrity }) {
  let isIntact = true;
  const onAgain = () => (isIntact = false);
  await fetchBytes(resolveUrl(file), { integrity, onAgain });
  return isIntact;
}
