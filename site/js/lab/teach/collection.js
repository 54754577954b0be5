/**
 * The person's labelled drawings: label the one on the pad, import, export, delete, undo.
 * Owns .drawings.
 */

import { createAlbum } from "./album.js";
import * as drawings from "./drawings.js";
import { fromFiles } from "./import.js";
import { IDX, KINDS } from "./export.js";
import { saveFile } from "../../shell/save-file.js";
import { finder, make } from "../../shell/dom.js";
import { DIGITS, haveSame } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Stored } from "./drawings.js" */
/** @import { Page } from "../lab.js" */

/** @param {HTMLElement} element  @param {Page} page */
export function createCollection(element, page) {
  const find = finder(element);
  const file = find("[type=file]", HTMLInputElement);
  const undo = find("[data-do=undo]");
  const deleteAll = find("[data-do=all]", HTMLButtonElement);
  const exports = Object.keys(KINDS).map((kind) =>
    find(`[data-export="${kind}"]`, HTMLButtonElement),
  );
  const album = createAlbum(find(".album"), {
    onLabel: (stored, label) => drawings.relabel(stored.id, label),
    onDelete(stored) {
      const index = drawings.all().findIndex(({ id }) => id === stored.id);
      remove([stored]);
      album.focus(index);
    },
  });
  let deleted = /** @type {Stored[]} */ ([]); // what Undo restores
  let offered = /** @type {readonly string[]} */ ([]);
  undo.textContent = words.UNDO;

  const labelPad = find(".label-pad div");
  labelPad.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement) add(target.value);
  });
  for (const button of exports) {
    button.addEventListener("click", async () => {
      const pack = KINDS[button.dataset.export ?? ""];
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
  deleteAll.addEventListener("click", () => {
    const all = drawings.all();
    if (confirm(words.withDrawings(words.DELETE_ALL_ASKED, all.length))) remove(all);
  });
  undo.addEventListener("click", () => {
    drawings.put(deleted);
    report("");
  });

  /** @param {string} text  @param {Stored[]} [removed]  what Undo restores */
  function report(text, removed = []) {
    deleted = removed;
    find(".status").textContent = text;
    undo.hidden = removed.length === 0;
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
  }

  /** @param {Stored[]} some */
  function remove(some) {
    drawings.remove(some);
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
  }

  /** @param {readonly string[]} labels */
  function offer(labels) {
    if (haveSame(labels, offered)) return;
    offered = labels;
    labelPad.replaceChildren(
      ...labels.map((label) => make("button", { type: "button", value: label }, label)),
    );
  }

  return {
    /**
     * @param {Parameters<typeof album.showAnswers>[0]} answers  by id
     * @param {readonly string[]} labels  to choose from
     */
    paint(answers, labels) {
      const all = drawings.all();
      offer(labels);
      album.show(all, labels);
      album.showAnswers(answers);
      for (const button of [...exports, deleteAll]) button.disabled = all.length === 0;
      if (all.every(({ label }) => DIGITS.includes(label))) return;
      for (const button of exports) button.disabled ||= (button.dataset.export ?? "") in IDX;
    },
  };
}
