// @ts-check
/**
 * The network that is being trained, on the pad: a switch. While it is on, the page gets
 * the newest weights every second; switched off, it gets back what it had before.
 */

import * as words from "../text.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/** @typedef {import("../lab.js").Page} Page */

/** Least milliseconds from one set of weights to the next. */
const EVERY_MS = 1000;

/**
 * @param {HTMLInputElement} box  to tick
 * @param {Page} page
 * @param {Pick<ReturnType<typeof import("./session.js").createTraining>,
 *   "state" | "about" | "progress" | "weights">} training
 */
export function createOnPad(box, page, training) {
  /** @type {Source | null} */
  let before = null; // what the page goes back to
  /** @type {ArrayBuffer | null} */
  let newest = null;
  let given = 0; // when, by performance.now
  let givenStep = -1;
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
      before = page.source();
      give();
    } else if (before !== null) {
      page.choose(before);
      before = null;
    }
  });
  page.onNetwork((used) => {
    busy = false;
    if (used === source || !box.checked) return;
    box.checked = false; // another was chosen, which is to stay
    before = null;
  });

  function give() {
    busy = true;
    given = performance.now();
    givenStep = training.progress?.step ?? -1;
    page.choose(source);
  }

  return {
    /** The training has come further, perhaps. */
    refresh() {
      const step = training.progress?.step ?? -1;
      if (training.about === null && box.checked) box.click();
      if (!box.checked || busy || step === givenStep) return;
      const due = performance.now() - given > EVERY_MS;
      if (due || training.state !== "running") give();
    },
  };
}
