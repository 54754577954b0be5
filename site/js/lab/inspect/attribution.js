/** Which pixels support a label, and the smallest change to another answer. Owns .why. */

import { finder } from "../../shell/dom.js";
import * as words from "./text.js";
import { floats } from "./protocol.js";
import { paintImage } from "./heatmap.js";

/** @import { Change, Explanation, Look } from "./protocol.js" */

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createAttribution(element, ask, fail) {
  const find = finder(element);
  const select = find("select", HTMLSelectElement);
  const button = find("button", HTMLButtonElement);
  const status = find(".changed");
  const legend = find(".legend");
  const pair = find(".change .pair");
  const canvas = (/** @type {string} */ name) =>
    /** @type {HTMLCanvasElement} */ (element.querySelector(`canvas.${name}`));
  let labels = /** @type {string[]} */ ([]);
  let drawn = 0; // drawings and networks so far
  let asked = 0; // explanations so far; the reply to an earlier one is dropped

  select.addEventListener("change", explain);
  button.addEventListener("click", change);

  async function explain() {
    const current = (asked += 1);
    try {
      /** @type {Explanation} */
      const reply = await ask("explain", { label: select.selectedIndex });
      if (current !== asked) return;
      const label = words.fill(words.EVIDENCE_FOR, { label: select.value });
      legend.textContent = `${label}.`;
      for (const name of /** @type {const} */ (["gradient", "occlusion"])) {
        paintImage(canvas(name), floats(reply[name]));
        canvas(name).setAttribute("aria-label", label);
      }
    } catch (error) {
      if (current === asked) fail(error);
    }
  }

  async function change() {
    const current = drawn;
    button.disabled = true;
    try {
      /** @type {Change} */
      const reply = await ask("change", {});
      if (current !== drawn) return await change(); // to the drawing that is there now
      status.textContent = words.changeWords(reply, labels[reply.answer]);
      pair.hidden = !reply.found;
      paintImage(canvas("image"), floats(reply.image));
      paintImage(canvas("difference"), floats(reply.difference));
      for (const name of ["image", "difference"]) {
        canvas(name).setAttribute("aria-label", status.textContent);
      }
    } catch (error) {
      if (current === drawn) fail(error);
    } finally {
      button.disabled = false;
    }
  }

  return {
    /** Offers the labels, with the answer chosen. @param {Look} look */
    follow({ labels: names, answer }) {
      if (names.join() !== labels.join()) {
        select.replaceChildren(...names.map((name) => new Option(name)));
      }
      labels = names;
      select.selectedIndex = answer;
    },
    /** Explains what was followed last: its answer, or what was chosen since. */
    update() {
      drawn += 1;
      status.textContent = "";
      pair.hidden = true;
      return explain();
    },
  };
}
