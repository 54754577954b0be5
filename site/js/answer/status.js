// @ts-check
/** How far things are: owns #status, a thin bar and a line of words. */

import { putAttribute, putText } from "../shell/dom.js";
import { stageWords } from "../text/page.js";

/** @typedef {import("../worker/protocol.js").Stage} Stage */

/** How much of the bar is done when a stage begins; the download fills its part. */
const DONE = { download: 0, python: 0.7, numpy: 0.85, model: 0.95, ready: 1, whole: 1 };

/**
 * @param {HTMLElement} element  with a progress and a .words in it
 */
export function createStatus(element) {
  const bar = /** @type {HTMLProgressElement} */ (element.querySelector("progress"));
  const words = /** @type {HTMLElement} */ (element.querySelector(".words"));
  /** @type {Map<string, {loaded: number, total: number}>} */
  const downloads = new Map();
  /** @type {Stage} */
  let stage = "download";

  function paint() {
    let loaded = 0;
    let total = 0;
    for (const part of downloads.values()) {
      loaded += part.loaded;
      total += part.total;
    }
    const missing = loaded < total || stage === "download";
    const shown = missing ? "download" : stage;
    bar.value = missing ? (DONE.python * loaded) / Math.max(total, 1) : DONE[stage];
    words.textContent = stageWords(shown, loaded, total);
  }

  return {
    /** Loading begins, again. */
    begin() {
      downloads.clear();
      stage = "download";
      bar.value = 0;
      words.textContent = "";
      element.dataset.loading = "true";
    },
    /**
     * @param {string} what  one of several downloads
     * @param {number} loaded  bytes
     * @param {number} total  bytes
     */
    bytes(what, loaded, total) {
      downloads.set(what, { loaded, total });
      paint();
    },
    /** @param {Stage} next */
    stage(next) {
      stage = next;
      paint();
    },
    /** Nothing is loading. @param {string} text */
    say(text) {
      putAttribute(element, "data-loading", "false");
      putText(words, text);
    },
  };
}
