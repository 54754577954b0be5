/**
 * The switch "Use it on the pad": while it is on, the page uses the network in training,
 * with its newest weights every second; when switched off, the previous network.
 */

import * as words from "../text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Page } from "../lab.js" */

/** Minimum interval between two updates of the weights. */
const INTERVAL_MS = 1000;

/**
 * @param {HTMLInputElement} box
 * @param {Page} page
 * @param {Pick<ReturnType<typeof import("./session.js").createTraining>,
 *   "state" | "about" | "progress" | "weights">} training
 */
export function createUseSwitch(box, page, training) {
  let previous = /** @type {Source | null} */ (null); // to return to
  let newest = /** @type {ArrayBuffer | null} */ (null);
  let updatedAt = 0; // performance.now()
  let updatedStep = -1;
  let busy = false;

  /** @type {Source} */
  const source = {
    name: words.IN_TRAINING,
    size: 0,
    read: async () => {
      if (training.about !== null) newest = await training.weights();
      if (newest === null) throw new Error(words.NOT_TRAINED);
      return newest.slice(0);
    },
  };

  box.addEventListener("change", () => {
    if (box.checked) {
      previous = page.source();
      update();
    } else if (previous !== null) {
      page.choose(previous);
      previous = null;
    }
  });
  page.onNetwork((used) => {
    busy = false;
    if (used === source || !box.checked) return;
    box.checked = false; // the person chose another network
    previous = null;
  });

  function update() {
    busy = true;
    updatedAt = performance.now();
    updatedStep = training.progress?.step ?? -1;
    page.choose(source);
  }

  return {
    /** Called when the training run has changed. */
    refresh() {
      const step = training.progress?.step ?? -1;
      if (training.about === null && box.checked) box.click();
      if (!box.checked || busy || step === updatedStep) return;
      const due = performance.now() - updatedAt > INTERVAL_MS;
      if (due || training.state !== "running") update();
    },
  };
}
