/**
 * The person's labelled drawings: label the one on the pad, import, export, delete, undo.
 * The label chosen last is in the address. Owns .drawings and .files.
 */

import { createAlbum } from "./album.js";
import * as drawings from "./drawings.js";
import { fromFiles } from "./import.js";
import { IDX, KINDS } from "./export.js";
import { countLabels, isLabel, NEEDED } from "./lesson.js";
import { saveFile } from "../../shell/save-file.js";
import { finder, make } from "../../shell/dom.js";
import { DIGITS, haveSame, NO_LABEL } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Picture } from "../../worker/protocol.js" */
/** @import { Page } from "../lab.js" */

/** @param {HTMLElement} element  @param {Page} page */
export function createCollection(element, page) {
  const find = finder(element);
  const file = find("[type=file]", HTMLInputElement);
  const undo = find("[data-do=undo]");
  const form = find(".symbol", HTMLFormElement);
  const symbol = find(".symbol input", HTMLInputElement);
  const labelPad = find(".label-pad");
  const exports = Object.keys(KINDS).map((kind) =>
    find(`[data-export="${kind}"]`, HTMLButtonElement),
  );
  const album = createAlbum(find(".album"), {
    onLabel: (stored, label) => drawings.relabel(stored.id, label),
    onDelete(stored) {
      const index = drawings.all().findIndex(({ id }) => id === stored.id);
      drawings.remove([stored]);
      report(words.withDrawings(words.DELETED_DRAWINGS, 1), () => drawings.put([stored]));
      album.focus(index);
    },
  });
  let known = /** @type {readonly string[]} */ ([]); // labels of the network
  let canReject = false;
  const named = /** @type {Set<string>} */ (new Set()); // symbols of which there is no drawing yet
  let offered = /** @type {readonly string[]} */ ([]);
  let restore = () => {}; // what Undo does
  undo.textContent = words.UNDO;

  labelPad.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || target.type !== "button") return;
    choose(target.value);
    add(target.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    offer(symbol.value.trim());
  });
  for (const button of exports) {
    button.addEventListener("click", async () => {
      const pack = KINDS[button.dataset.export ?? ""];
      try {
        const { name, type, content } = await pack(drawings.all(), reduce);
        saveFile(name, content, type);
        report(words.fill(words.EXPORTED, { file: name }));
      } catch (error) {
        report(words.sentenceOf(error));
      }
    });
  }
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])];
    file.value = "";
    if (chosen.length > 0) importFiles(chosen);
  });
  undo.addEventListener("click", () => {
    restore();
    report("");
  });

  /** @param {string} text  @param {(() => void) | null} [onUndo] */
  function report(text, onUndo = null) {
    restore = onUndo ?? (() => {});
    find(".status").textContent = text;
    undo.hidden = onUndo === null;
  }

  /** @param {Picture} picture  @returns {Promise<Uint8Array>} */
  async function reduce(picture) {
    const { stages } = await page.client().request("steps", { ...picture, without: [] });
    return stages.small;
  }

  /** Offers another symbol, and labels the drawing on the pad with it. @param {string} label */
  function offer(label) {
    symbol.value = "";
    named.add(label);
    choose(label);
    if (page.picture() !== null) add(label);
    else askFor(label);
  }

  /** @param {string} label */
  function askFor(label) {
    report(words.fill(words.DRAW_IT, { label, needed: NEEDED }));
  }

  /** The label that is being taught. @param {string} label */
  function choose(label) {
    page.address.set({ label }, { push: true });
    paintLabels();
  }

  /** Offers the label in the address, once a network is known; of a new one, asks for drawings. */
  function readAddress() {
    const label = page.address.get("label");
    if (known.length > 0 && isLabel(label) && !labels().includes(String(label))) {
      named.add(String(label));
      askFor(String(label));
    }
    paintLabels();
  }

  /** Adds the drawing on the pad. @param {string} label */
  async function add(label) {
    if (page.picture() === null) return report(words.PAPER_BLANK);
    const drawing = page.drawing();
    try {
      const added = await drawings.add([drawings.labelled(drawing, label)]);
      report(textOf(label), () => drawings.remove(added));
      album.showLast();
      // its answer is still that of a network that does not know it
      if (!isKnown(label)) page.put({ strokes: [], picture: null });
    } catch (error) {
      report(words.sentenceOf(error));
    }
  }

  /** @param {string} label */
  const isKnown = (label) => label === NO_LABEL || known.includes(label);

  /** What has become of a drawing. @param {string} label */
  function textOf(label) {
    const text = words.noted(words.labelName(label, known), drawings.storageError() === null);
    const count = countLabels(drawings.all()).get(label) ?? 0;
    return isKnown(label) ? text : `${text} ${words.nextOne(count)}`;
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

  /** The network's labels and the person's own. */
  function labels() {
    const own = drawings.all().map(({ label }) => label);
    const all = [...new Set([...known, ...own, ...named])].filter((label) => label !== NO_LABEL);
    return canReject ? [...all, NO_LABEL] : all;
  }

  /** The labels to choose from; a new one with how many drawings it has, and needs. */
  function paintLabels() {
    const next = labels();
    const counts = countLabels(drawings.all());
    if (!haveSame(next, offered)) {
      offered = next;
      const buttons = next.map((label) =>
        make("button", { type: "button", value: label }, words.labelName(label, known)),
      );
      labelPad.replaceChildren(...buttons, form);
    }
    next.forEach((label, i) => {
      const { dataset } = /** @type {HTMLElement} */ (labelPad.children[i]);
      const count = counts.get(label) ?? 0;
      if (isKnown(label) || count >= NEEDED) delete dataset.count;
      else dataset.count = words.countOf(count);
      labelPad.children[i].ariaCurrent = label === page.address.get("label") ? "true" : null;
    });
  }

  return {
    readAddress,
    /**
     * @param {Parameters<typeof album.showAnswers>[0]} answers  by id
     * @param {readonly string[]} next  labels of the network
     * @param {boolean} rejects  whether the network can
     */
    paint(answers, next, rejects) {
      const isFirst = known.length === 0;
      [known, canReject] = [next, rejects];
      const all = drawings.all();
      if (isFirst) readAddress();
      else paintLabels();
      album.show(all, offered, known);
      album.showAnswers(answers);
      for (const button of exports) {
        const isIdx = (button.dataset.export ?? "") in IDX;
        button.hidden = isIdx && !all.every(({ label }) => DIGITS.includes(label));
        button.disabled = all.length === 0;
      }
    },
    /** Everything has been deleted. */
    forget() {
      named.clear();
      page.address.set({ label: null });
      paintLabels();
      report("");
    },
  };
}
