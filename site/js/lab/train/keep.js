/** Keeps networks trained here among those saved on this device. Owns .save and .earlier. */

import { finder, make } from "../../shell/dom.js";
import * as networks from "../../networks/saved-networks.js";
import * as words from "./text.js";

/** @import { About, Run } from "./session.js" */
/** @import { Page } from "../lab.js" */

/** Limit for a proposed name, in characters. */
const LONGEST_NAME = 50;

/**
 * @param {HTMLElement} element
 * @param {ReturnType<typeof import("./session.js").createTraining>} training
 * @param {Page} page
 * @param {(text: string) => void} onProblem
 */
export function createKeep(element, training, page, onProblem) {
  const find = finder(element);
  const form = find(".save", HTMLFormElement);
  const input = find(".save input", HTMLInputElement);
  const box = find(".on-pad input", HTMLInputElement);
  /** The step of each run at which its network was kept. @type {WeakMap<About, number>} */
  const kept = new WeakMap();
  /** @type {WeakMap<Run, HTMLElement>} */
  const rows = new WeakMap();
  let listed = /** @type {Run[]} */ ([]);
  let proposed = ""; // what the name was proposed for
  /** @type {About | null} */
  let named = null; // whose name was typed

  input.addEventListener("input", () => {
    named = training.about;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    report(keepCurrent);
  });

  async function keepCurrent() {
    const { about, progress, state } = training;
    if (about === null) return;
    const name = input.value.trim();
    if (!(await save(name, await training.weights(), about))) return;
    kept.set(about, progress?.step ?? 0);
    named = null;
    if (state !== "stopped" || !box.checked) return;
    // the pad goes on with the same weights, and does so after a reload
    const saved = (await networks.all()).find((one) => one.name === name);
    if (saved !== undefined) page.choose(networks.sourceOf(saved));
  }

  /** @param {Run} run */
  async function keepEarlier(run) {
    if (!(await save(await uniqueName(run), run.weights, run.about))) return;
    kept.set(run.about, run.progress.step);
    finder(rows.get(run) ?? element)("button").remove();
  }

  /** @param {string} name  @param {ArrayBuffer} bytes  @param {About} about */
  async function save(name, bytes, about) {
    const isSaved = await networks.save(name, bytes, words.networkWords(about));
    if (isSaved) find(".status").textContent = words.fill(words.SAVED_AS, { name });
    return isSaved;
  }

  /** @param {() => Promise<void>} act */
  const report = (act) =>
    act().catch((error) => onProblem(words.because(words.NOT_STORED, error)));

  /** @param {Pick<Run, "about" | "progress">} run */
  async function uniqueName(run) {
    const name = words.runName(run).slice(0, LONGEST_NAME);
    const taken = (await networks.all().catch(() => [])).map((saved) => saved.name);
    const at = [...taken.keys(), taken.length].find((i) => !taken.includes(numbered(name, i)));
    return numbered(name, at ?? 0);
  }

  /** @param {Run} run */
  const isRunKept = ({ about, progress }) => kept.get(about) === progress.step;

  /** @param {Run} run */
  function rowOf(run) {
    const name = words.runName(run);
    const row = make("li", {}, words.fill(words.EARLIER, { name }), " ");
    if (!isRunKept(run)) {
      const text = words.TRAIN.save;
      const label = words.fill(words.ABOUT_IT, { verb: text, name });
      const button = make("button", { type: "button", "aria-label": label }, text);
      button.addEventListener("click", () => report(() => keepEarlier(run)));
      row.append(button);
    }
    rows.set(run, row);
    return row;
  }

  async function proposeName() {
    const { about, progress, state } = training;
    const isResult = about !== null && (state === "paused" || state === "stopped");
    form.hidden = !isResult;
    const wanted = isResult && progress !== null ? words.runName({ about, progress }) : "";
    if (wanted === proposed) return;
    proposed = wanted;
    if (!isResult || progress === null) return;
    const name = await uniqueName({ about, progress });
    if (wanted === proposed && named !== about) input.value = name;
  }

  return {
    /** Called when the training run has changed. */
    refresh() {
      proposeName();
      if (listed === training.earlier) return;
      listed = training.earlier;
      find(".earlier").replaceChildren(...listed.map((run) => rows.get(run) ?? rowOf(run)));
    },
    /** Whether a reset loses nothing. */
    isKept() {
      const { about, progress, earlier } = training;
      const step = progress?.step ?? 0;
      const isCurrent = about === null || step === 0 || kept.get(about) === step;
      return isCurrent && earlier.every(isRunKept);
    },
  };
}

/** "name", "name (2)", ... @param {string} name  @param {number} at */
const numbered = (name, at) => (at === 0 ? name : `${name} (${at + 1})`);
