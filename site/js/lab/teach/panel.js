// @ts-check
/** The panel in which a network learns a person's own drawings: owns #lab-teach. */

import { createRasteriser } from "../../pad/rasterise.js";
import { createAlbum } from "./album.js";
import * as drawings from "./drawings.js";
import { fromFiles } from "./import.js";
import { KINDS } from "./export.js";
import { give } from "../save-file.js";
import { createLesson } from "./fine-tune.js";
import { createOutcome } from "./outcome.js";
import { warm } from "../worker/client.js";
import { furnish } from "./view.js";
import * as words from "./text.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/** @typedef {import("./drawings.js").Kept} Kept */
/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */
/** @typedef {import("./fine-tune.js").Manner} Manner */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createTeach(element, page) {
  furnish(element);
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const button = (/** @type {string} */ name) =>
    /** @type {HTMLButtonElement} */ (find(`[data-do="${name}"]`));
  const manner = /** @type {HTMLSelectElement} */ (find(".lesson select"));
  const bar = /** @type {HTMLProgressElement} */ (find("progress"));
  const file = /** @type {HTMLInputElement} */ (find("[type=file]"));
  const said = find(".told .said");
  const lesson = createLesson(paint);
  const outcome = createOutcome(find(".lesson"), page, lesson);
  const rasterise = createRasteriser(document.createElement("canvas"));
  const album = createAlbum(find(".album"), {
    onLabel: (kept, label) => drawings.relabel(kept.id, label),
    onDelete(kept) {
      const place = drawings.all().findIndex(({ id }) => id === kept.id);
      forget([kept]);
      album.focus(place);
    },
  });
  /** @type {Kept[]} */
  let deleted = []; // that may be wanted back
  /** @type {Kept[]} */
  let taught = []; // what the lesson is about

  drawings.onChange(paint);
  for (const digit of element.querySelectorAll(".paper-is button")) {
    digit.addEventListener("click", () => add(/** @type {HTMLButtonElement} */ (digit).value));
  }
  for (const [kind, pack] of Object.entries(KINDS)) {
    find(`[data-export="${kind}"]`).addEventListener("click", async () => {
      const { name, type, content } = await pack(drawings.all());
      give(name, content, type);
      say(words.exported(name));
    });
  }
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])];
    file.value = "";
    if (chosen.length > 0) take(chosen);
  });
  button("all").addEventListener("click", () => {
    const all = drawings.all();
    if (confirm(words.deleteAllAsked(all.length))) forget(all);
  });
  button("undo").addEventListener("click", () => {
    drawings.put(deleted);
    say("");
  });
  button("teach").addEventListener("click", teach);
  button("stop").addEventListener("click", () => lesson.stop());

  /** @param {string} text  @param {Kept[]} [gone]  what an undo brings back */
  function say(text, gone = []) {
    deleted = gone;
    said.textContent = text;
    button("undo").hidden = gone.length === 0;
    button("undo").textContent = words.UNDO;
  }

  /** What is on the paper. @param {string} label */
  async function add(label) {
    if (page.picture() === null) return say(words.PAPER_BLANK);
    if (drawings.all().length >= drawings.MOST) return say(words.tooMany(1, 0));
    await drawings.add([drawings.labelled(page.paper(), label)]);
    say(words.noted(label, drawings.unkept() === null));
    paint();
  }

  /** @param {Kept[]} some */
  function forget(some) {
    drawings.remove(some).then(paint);
    say(words.deletedWords(some.length), some);
  }

  /** @param {File[]} files */
  async function take(files) {
    try {
      const room = drawings.MOST - drawings.all().length;
      const some = await drawings.add(await fromFiles(files, room));
      say(words.importedWords(some.length));
    } catch (error) {
      say(words.notRead(files.map(({ name }) => name), error));
    }
    paint();
  }

  async function teach() {
    const network = page.network();
    if (network === null) return outcome.say(words.KEEP_EARLY);
    outcome.begin();
    taught = drawings.all();
    try {
      const examples = await Promise.all(
        taught.map(async (one) => ({
          label: one.label,
          picture: rasterise(await drawings.drawingOf(one), network.fit),
        })),
      );
      const weights = await page.source().read(() => {});
      await lesson.teach(weights, examples, /** @type {Manner} */ (manner.value));
    } catch (error) {
      outcome.say(words.notTaught(error));
    }
  }

  function paint() {
    const { state, report } = lesson;
    const all = drawings.all();
    const busy = state === "loading" || state === "learning";
    element.dataset.lesson = state;
    album.show(all);
    album.read(answers());
    for (const one of element.querySelectorAll("[data-export], [data-do=all]")) {
      /** @type {HTMLButtonElement} */ (one).disabled = all.length === 0;
    }
    button("teach").disabled = busy || all.length === 0;
    button("stop").disabled = !busy;
    manner.disabled = busy;
    bar.value = report === null ? 0 : state === "done" ? 1 : report.step / report.steps;
    const unkept = drawings.unkept();
    const notice = unkept === null ? "" : words.onlyForNow(unkept);
    if (find(".notice").textContent !== notice) find(".notice").textContent = notice;
    outcome.paint();
  }

  /** What the network read in each drawing, and reads now. */
  function answers() {
    const { before, after } = lesson.report ?? {};
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
