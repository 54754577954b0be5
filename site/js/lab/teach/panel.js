/** The Teach panel: fine-tunes a network on a person's own drawings. Owns #lab-teach. */

import { finder } from "../../shell/dom.js";
import { createRasterizer } from "../../pad/rasterize.js";
import { createAlbum } from "./album.js";
import * as drawings from "./drawings.js";
import { fromFiles } from "./import.js";
import { KINDS } from "./export.js";
import { saveFile } from "../../shell/save-file.js";
import { createFineTuning } from "./fine-tune.js";
import { createOutcome } from "./outcome.js";
import { ask, warm } from "../worker/client.js";
import { fill } from "./view.js";
import * as words from "./text.js";

/** @import { Stored } from "./drawings.js" */
/** @import { Page, Panel } from "../lab.js" */
/** @import { Mode } from "./fine-tune.js" */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createTeach(element, page) {
  fill(element);
  const find = finder(element);
  const button = (/** @type {string} */ name) =>
    find(`[data-do="${name}"]`, HTMLButtonElement);
  const mode = find(".tuning select", HTMLSelectElement);
  const bar = find("progress", HTMLProgressElement);
  const file = find("[type=file]", HTMLInputElement);
  const status = find(".feedback .status");
  const tuning = createFineTuning(ask, paint);
  const outcome = createOutcome(find(".tuning"), page, tuning);
  const rasterize = createRasterizer(document.createElement("canvas"));
  const album = createAlbum(find(".album"), {
    onLabel: (stored, label) => drawings.relabel(stored.id, label),
    onDelete(stored) {
      const index = drawings.all().findIndex(({ id }) => id === stored.id);
      remove([stored]);
      album.focus(index);
    },
  });
  let deleted = /** @type {Stored[]} */ ([]); // what Undo restores
  let taught = /** @type {Stored[]} */ ([]); // the drawings of the current run

  drawings.onChange(paint);
  for (const digit of element.querySelectorAll(".label-pad button")) {
    digit.addEventListener("click", () => add(/** @type {HTMLButtonElement} */ (digit).value));
  }
  for (const [kind, pack] of Object.entries(KINDS)) {
    find(`[data-export="${kind}"]`).addEventListener("click", async () => {
      const { name, type, content } = await pack(drawings.all());
      saveFile(name, content, type);
      report(words.fill(words.EXPORTED, { file: name }));
    });
  }
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])];
    file.value = "";
    if (chosen.length > 0) importFiles(chosen);
  });
  button("all").addEventListener("click", () => {
    const all = drawings.all();
    if (confirm(words.withDrawings(words.DELETE_ALL_ASKED, all.length))) remove(all);
  });
  button("undo").addEventListener("click", () => {
    drawings.put(deleted);
    report("");
  });
  button("teach").addEventListener("click", teach);
  button("stop").addEventListener("click", () => tuning.stop());

  /** @param {string} text  @param {Stored[]} [removed]  what Undo restores */
  function report(text, removed = []) {
    deleted = removed;
    status.textContent = text;
    button("undo").hidden = removed.length === 0;
    button("undo").textContent = words.UNDO;
  }

  /** Adds the drawing on the pad. @param {string} label */
  async function add(label) {
    if (page.picture() === null) return report(words.PAPER_BLANK);
    try {
      await drawings.add([drawings.labelled(page.drawing(), label)]);
      report(words.noted(label, drawings.storageError() === null));
    } catch (error) {
      report(words.sentenceOf(error));
    }
    paint();
  }

  /** @param {Stored[]} some */
  function remove(some) {
    drawings.remove(some).then(paint);
    report(words.withDrawings(words.DELETED_DRAWINGS, some.length), some);
  }

  /** @param {File[]} files */
  async function importFiles(files) {
    try {
      const some = await drawings.add(await fromFiles(files, await drawings.room()));
      report(words.withDrawings(words.MORE, some.length));
    } catch (error) {
      report(words.notRead(files.map(({ name }) => name), error));
    }
    paint();
  }

  async function teach() {
    const network = page.network();
    if (network === null) return outcome.say(words.NO_NETWORK_YET);
    outcome.begin();
    taught = drawings.all();
    const source = page.source();
    const load = async () => {
      const examples = taught.map(async (one) => ({
        label: one.label,
        picture: rasterize(await drawings.drawingOf(one), network.fit),
      }));
      return {
        weights: await source.read(() => {}),
        examples: await Promise.all(examples),
      };
    };
    try {
      await tuning.start(load, /** @type {Mode} */ (mode.value));
    } catch (error) {
      outcome.say(words.because(words.NOT_TUNED, error));
    }
  }

  function paint() {
    const { state, report: progress } = tuning;
    const all = drawings.all();
    const busy = state === "loading" || state === "learning";
    element.dataset.tuning = state;
    album.show(all);
    album.showAnswers(answers());
    for (const one of element.querySelectorAll("[data-export], [data-do=all]")) {
      /** @type {HTMLButtonElement} */ (one).disabled = all.length === 0;
    }
    button("teach").disabled = busy || all.length === 0;
    button("stop").disabled = !busy;
    mode.disabled = busy;
    bar.value = progress === null ? 0 : state === "done" ? 1 : progress.step / progress.steps;
    const error = drawings.storageError();
    const notice = error === null ? "" : words.because(words.ONLY_FOR_NOW, error);
    if (find(".notice").textContent !== notice) find(".notice").textContent = notice;
    outcome.paint();
  }

  /** The network's answers to the drawings, before and after, by the drawing's id. */
  function answers() {
    const { before, after } = tuning.report ?? {};
    const label = (/** @type {number} */ answer) => (answer < 0 ? "" : String(answer));
    return new Map(
      (before?.answers ?? []).map((answer, i) => [
        taught[i].id,
        {
          before: label(answer),
          after: after === undefined || after === null ? null : label(after.answers[i]),
        },
      ]),
    );
  }

  await drawings.load();
  paint();
  warm();
  return {};
}
