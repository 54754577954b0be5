// @ts-check
/** What speaks for a label, and what would make it another: owns .why. */

import * as words from "../text.js";
import { floats } from "./protocol.js";
import { paintImage } from "./heatmap.js";

/** @typedef {import("./protocol.js").Change} Change */
/** @typedef {import("./protocol.js").Explanation} Explanation */

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createWhy(element, ask, fail) {
  const select = /** @type {HTMLSelectElement} */ (element.querySelector("select"));
  const button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
  const said = /** @type {HTMLElement} */ (element.querySelector(".changed"));
  const pair = /** @type {HTMLElement} */ (element.querySelector(".pair:last-of-type"));
  const canvas = (/** @type {string} */ name) =>
    /** @type {HTMLCanvasElement} */ (element.querySelector(`canvas.${name}`));
  /** @type {string[]} */
  let labels = [];
  let turn = 0; // answers about an earlier drawing are not shown

  select.addEventListener("change", explain);
  button.addEventListener("click", change);

  async function explain() {
    const ours = (turn += 1);
    try {
      /** @type {Explanation} */
      const reply = await ask("explain", { label: select.selectedIndex });
      if (ours !== turn) return;
      for (const name of /** @type {const} */ (["gradient", "occlusion"])) {
        paintImage(canvas(name), floats(reply[name]));
        canvas(name).setAttribute("aria-label", words.speaksFor(select.value));
      }
    } catch (error) {
      if (ours === turn) fail(error);
    }
  }

  async function change() {
    const ours = turn;
    button.disabled = true;
    try {
      /** @type {Change} */
      const reply = await ask("change", {});
      if (ours !== turn) return;
      said.textContent = words.changeWords(reply, labels[reply.answer]);
      pair.hidden = !reply.found;
      paintImage(canvas("image"), floats(reply.image));
      paintImage(canvas("difference"), floats(reply.difference));
      for (const name of ["image", "difference"]) {
        canvas(name).setAttribute("aria-label", said.textContent);
      }
    } catch (error) {
      if (ours === turn) fail(error);
    } finally {
      button.disabled = false;
    }
  }

  return {
    /** Another drawing, or another network. @param {string[]} names  @param {number} answer */
    about(names, answer) {
      if (names.join() !== labels.join()) {
        select.replaceChildren(...names.map((name) => new Option(name)));
      }
      labels = names;
      select.selectedIndex = answer;
      said.textContent = "";
      pair.hidden = true;
      return explain();
    },
  };
}
