/**
 * The switch "Use on the pad": while it is on, the page uses the network in training, with
 * its newest weights every second; when switched off, the previous network. A run of a
 * network with the pad's labels switches it on, unless the person has switched it off.
 */

import { finder, putText } from "../../shell/dom.js";
import { areDigits } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Page } from "../lab.js" */
/** @import { About } from "./session.js" */

/** Minimum interval between two updates of the weights. */
const INTERVAL_MS = 1000;

/**
 * @param {HTMLElement} element  with a checkbox, and a .whose for whose answers the pad shows
 * @param {Page} page
 * @param {Pick<ReturnType<typeof import("./session.js").createTraining>,
 *   "state" | "about" | "progress" | "weights">} training
 */
export function createUseSwitch(element, page, training) {
  const box = finder(element)("input", HTMLInputElement);
  const whose = finder(element)(".whose");
  let isWanted = true; // by the person
  let run = /** @type {About | null} */ (null); // the last that could switch it on
  let previous = /** @type {Source | null} */ (null); // to return to
  let newest = /** @type {ArrayBuffer | null} */ (null);
  let updatedAt = 0; // performance.now()
  let updatedStep = -1;
  let isOpen = false; // whether the page uses the network in training
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
    isWanted = box.checked;
    if (box.checked) use();
    else giveBack();
    describe();
  });
  page.onNetwork((used) => {
    if (used === source) {
      isOpen = true;
      busy = false;
    } else if (isOpen && box.checked) {
      // the person chose another network, which an update that is under way would replace
      if (busy) page.choose(used);
      isOpen = busy = box.checked = false;
    }
    describe();
  });

  function use() {
    if (page.source() !== source) previous = page.source();
    isOpen = false;
    box.checked = true;
    update();
  }

  function giveBack() {
    isOpen = busy = box.checked = false;
    if (previous !== null) page.choose(previous);
  }

  function update() {
    busy = true;
    updatedAt = performance.now();
    updatedStep = training.progress?.step ?? -1;
    page.choose(source);
  }

  function describe() {
    const other = words.fill(words.OFF_PAD, { name: page.source().name });
    putText(whose, box.checked ? words.ON_PAD : other);
  }

  return {
    /** Called when the training run has changed. */
    refresh() {
      const { about, state } = training;
      const step = training.progress?.step ?? -1;
      if (about === null) {
        if (box.checked) giveBack();
      } else if (about !== run && state === "running") {
        run = about;
        if (isWanted && areDigits(page.labels())) use();
      } else if (box.checked && !busy && step !== updatedStep) {
        const due = performance.now() - updatedAt > INTERVAL_MS;
        if (due || state !== "running") update();
      }
      describe();
    },
  };
}
