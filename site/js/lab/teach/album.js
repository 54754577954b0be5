/** The labelled drawings as thumbnails with their labels. Owns .album. */

import { readableContext, paintDrawing } from "../../pad/paint-drawing.js";
import { drawingOf } from "./drawings.js";
import { make } from "../../shell/dom.js";
import { haveSame } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Stored } from "./drawings.js" */
/** @typedef {{element: HTMLElement, stored: Stored, answer: HTMLElement}} Item */

/** Device pixels: sharp on any screen. */
const SIDE = 144;

/**
 * @param {HTMLElement} list
 * @param {object} events
 * @param {(stored: Stored, label: string) => void} events.onLabel
 * @param {(stored: Stored) => void} events.onDelete
 */
export function createAlbum(list, { onLabel, onDelete }) {
  let labels = /** @type {readonly string[]} */ ([]);
  let known = labels;
  const items = /** @type {Map<string, Item>} */ (new Map());

  /** @param {Stored} stored  @param {number} place  from 1 */
  function createItem(stored, place) {
    const nameOf = (/** @type {string} */ label) => words.labelName(label, known);
    const name = words.fill(words.DRAWING_NAME, { place, label: nameOf(stored.label) });
    const size = { width: SIDE, height: SIDE };
    const canvas = make("canvas", { role: "img", "aria-label": name, ...size });
    drawingOf(stored).then(
      (drawing) => paintDrawing(readableContext(canvas), drawing),
      () => {}, // a picture that cannot be decoded stays blank
    );
    const select = make("select", { "aria-label": words.fill(words.WHAT_IT_IS, { place }) });
    const choices = new Set([...labels, stored.label]); // of another network, too
    select.append(...[...choices].map((label) => new Option(nameOf(label), label)));
    select.value = stored.label;
    select.addEventListener("change", () => onLabel(stored, select.value));
    const verb = words.DELETE_THIS;
    const about = words.fill(words.ABOUT_IT, { verb, name });
    const remove = make("button", { type: "button", "aria-label": about }, "\u00d7");
    remove.addEventListener("click", () => onDelete(stored));
    const answer = make("span", { class: "read" });
    const element = make("li", {}, canvas, select, remove, answer);
    return { element, stored, answer };
  }

  return {
    /**
     * @param {Stored[]} all
     * @param {readonly string[]} next  labels to choose from
     * @param {readonly string[]} ofNetwork  labels of the network
     */
    show(all, next, ofNetwork) {
      known = ofNetwork;
      list.dataset.empty = all.length === 0 ? words.NO_DRAWINGS : "";
      const isShown = (/** @type {Stored} */ one) => items.get(one.id)?.stored === one;
      if (haveSame(labels, next) && all.length === items.size && all.every(isShown)) return;
      labels = next;
      const created = all.map((one, i) => createItem(one, i + 1));
      items.clear();
      for (const one of created) items.set(one.stored.id, one);
      list.replaceChildren(...created.map(({ element }) => element));
    },
    /** @param {Map<string, {before: string, after: string | null}>} answers  by id */
    showAnswers(answers) {
      for (const { element, stored, answer } of items.values()) {
        const found = answers.get(stored.id);
        answer.textContent = found ? words.answersWords(found.before, found.after) : "";
        if (found === undefined) delete element.dataset.right;
        else element.dataset.right = String((found.after ?? found.before) === stored.label);
      }
    },
    showLast() {
      list.scrollLeft = list.scrollWidth;
    },
    /** Moves the focus to the item at or before an index. @param {number} index */
    focus(index) {
      const buttons = list.querySelectorAll("button");
      buttons[Math.min(index, buttons.length - 1)]?.focus();
    },
  };
}
