/** Shows the progress of loading: owns #status, a progress bar with a message. */

import { finder, putAttribute, putText } from "../shell/dom.js";
import { stageWords } from "../text/page.js";
import { createTimeLeft } from "./time-left.js";

/** @import { Stage } from "../worker/protocol.js" */

/** Progress at the start of each stage; the download advances by its bytes. */
const PROGRESS = { download: 0, python: 0.7, numpy: 0.85, model: 0.95, ready: 1, whole: 1 };

/** @param {HTMLElement} element  with a progress and a .words in it */
export function createStatus(element) {
  const find = finder(element);
  const bar = find("progress", HTMLProgressElement);
  const message = find(".words");
  /** @type {Map<string, {loaded: number, total: number}>} */
  const downloads = new Map();
  let stage = /** @type {Stage} */ ("download");
  let timeLeft = createTimeLeft();

  function paint() {
    let loaded = 0;
    let total = 0;
    for (const part of downloads.values()) {
      loaded += part.loaded;
      total += part.total;
    }
    const isDownloading = loaded < total || stage === "download";
    const shown = isDownloading ? "download" : stage;
    bar.value = isDownloading ? (PROGRESS.python * loaded) / Math.max(total, 1) : PROGRESS[stage];
    const seconds = isDownloading ? timeLeft(loaded, total) : null;
    message.textContent = stageWords(shown, loaded, total, seconds);
  }

  return {
    /** Start from the beginning. */
    begin() {
      downloads.clear();
      timeLeft = createTimeLeft();
      stage = "download";
      bar.value = 0;
      message.textContent = "";
      element.dataset.loading = "true";
    },
    /**
     * @param {string} name  of the download
     * @param {number} loaded  bytes
     * @param {number} total  bytes
     */
    bytes(name, loaded, total) {
      downloads.set(name, { loaded, total });
      paint();
    },
    /** @param {Stage} next */
    stage(next) {
      stage = next;
      paint();
    },
    /** Show a message instead of progress. @param {string} text */
    showMessage(text) {
      putAttribute(element, "data-loading", "false");
      putText(message, text);
    },
  };
}
