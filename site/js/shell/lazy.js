/** Loads the modules of rarely used parts on first use. */

import { SILENT_DOWNLOAD_S } from "../boot/timeouts.js";
import { isReplaced } from "../shell/release.js";
import * as words from "../text/page.js";

/**
 * Say so while a part does not arrive. An import cannot be given up: it is waited for.
 * @param {Promise<unknown>} loading
 * @param {HTMLElement} notice
 */
export function reportIfSlow(loading, notice) {
  const text = words.fill(words.PART_IS_SLOW, { seconds: SILENT_DOWNLOAD_S });
  const timer = setTimeout(() => (notice.textContent = text), SILENT_DOWNLOAD_S * 1000);
  const end = () => {
    clearTimeout(timer);
    if (notice.textContent === text) notice.textContent = "";
  };
  loading.then(end, end);
}

/** Whether a part failed, so that a bad copy may be in the browser's cache. */
let hasFailed = false;

/**
 * Load a part. If one has failed before, first download all scripts again, past the cache.
 * @template T
 * @param {() => Promise<T>} load
 */
export async function loadFresh(load) {
  if (hasFailed) {
    hasFailed = false;
    const { integrity = {} } = JSON.parse(
      document.querySelector("script[type=importmap]")?.textContent ?? "{}",
    );
    const urls = Object.keys(integrity).map((path) => new URL(path, document.baseURI));
    await Promise.allSettled(urls.map((url) => fetch(url, { cache: "reload" })));
  }
  return load();
}

/**
 * Say why a part could not be loaded, or that it went with its release.
 * @param {HTMLElement} notice
 * @param {string} text  with a {reason}
 * @param {unknown} error
 */
export async function reportFailure(notice, text, error) {
  hasFailed = true;
  const said = (notice.textContent = words.because(text, error));
  const replaced = await isReplaced();
  if (replaced && notice.textContent === said) notice.textContent = words.REPLACED;
}

/**
 * @param {HTMLElement} element  loads its module at its first event
 * @param {"click" | "toggle"} type  of that event
 * @param {HTMLElement} notice  for the error if the module cannot be loaded
 * @param {(event: Event) => Promise<void>} load  also handles the event
 */
export function loadOnFirst(element, type, notice, load) {
  let loading = false;

  async function handle(/** @type {Event} */ event) {
    if (loading) return;
    loading = true;
    notice.textContent = "";
    try {
      const part = loadFresh(() => load(event));
      reportIfSlow(part, notice);
      await part;
      element.removeEventListener(type, handle);
    } catch (error) {
      await reportFailure(notice, words.PART_NOT_LOADED, error);
    }
    loading = false;
  }

  element.addEventListener(type, handle);
}
