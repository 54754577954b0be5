// @ts-check
/** Labelled drawings as small pictures, each with what it is: owns .album. */

import { paperOf, write } from "../../pad/brush.js";
import { drawingOf } from "./drawings.js";
import { make } from "../../shell/dom.js";
import * as words from "./text.js";

/** @typedef {import("./drawings.js").Kept} Kept */
/** @typedef {{element: HTMLElement, kept: Kept, read: HTMLElement, right: (is: boolean | null) => void}} Item */

/** Side of a picture in device pixels: sharp on any screen. */
const SIDE = 168;

/**
 * @param {HTMLElement} list
 * @param {object} events
 * @param {(kept: Kept, label: string) => void} events.onLabel
 * @param {(kept: Kept) => void} events.onDelete
 */
export function createAlbum(list, { onLabel, onDelete }) {
  /** @type {Map<string, Item>} */
  const items = new Map();

  /** @param {Kept} kept  @param {number} place  from 1 */
  function item(kept, place) {
    const name = words.drawingName(place, kept.label);
    const canvas = /** @type {HTMLCanvasElement} */ (
      make("canvas", { role: "img", "aria-label": name })
    );
    canvas.width = canvas.height = SIDE;
    drawingOf(kept).then(
      (drawing) => write(paperOf(canvas), drawing),
      () => {}, // it was read before; a blank picture says enough
    );
    const select = /** @type {HTMLSelectElement} */ (
      make("select", { "aria-label": words.whatItIs(place) })
    );
    select.append(...Array.from({ length: 10 }, (_, digit) => new Option(String(digit))));
    select.value = kept.label;
    select.addEventListener("change", () => onLabel(kept, select.value));
    const remove = make(
      "button",
      { type: "button", "aria-label": words.aboutIt(words.DELETE_THIS, name) },
      "\u00d7",
    );
    remove.addEventListener("click", () => onDelete(kept));
    const read = make("span", { class: "read" });
    const element = make("li", {}, canvas, select, remove, read);
    /** @param {boolean | null} is  null: not known */
    const right = (is) => {
      if (is === null) delete element.dataset.right;
      else element.dataset.right = String(is);
    };
    return { element, kept, read, right };
  }

  return {
    /** All of them, in order. @param {Kept[]} all */
    show(all) {
      list.dataset.empty = all.length === 0 ? words.NO_DRAWINGS : "";
      const same = all.length === items.size && all.every((one) => items.get(one.id)?.kept === one);
      if (same) return;
      const made = all.map((one, i) => item(one, i + 1));
      items.clear();
      for (const one of made) items.set(one.kept.id, one);
      list.replaceChildren(...made.map(({ element }) => element));
    },
    /**
     * What a network reads in each, where that is known.
     * @param {Map<string, {before: string, after: string | null}>} answers  by id
     */
    read(answers) {
      for (const { kept, read, right } of items.values()) {
        const answer = answers.get(kept.id);
        read.textContent =
          answer === undefined ? "" : words.answersWords(answer.before, answer.after);
        right(answer === undefined ? null : (answer.after ?? answer.before) === kept.label);
      }
    },
    /** Put the keyboard where something was deleted. @param {number} place  from 0 */
    focus(place) {
      const buttons = list.querySelectorAll("button");
      buttons[Math.min(place, buttons.length - 1)]?.focus();
    },
  };
}
