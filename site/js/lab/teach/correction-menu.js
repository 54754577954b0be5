/** The menu "No, it is 7" below the answer: stores the drawing with its label. Owns #wrong. */

import { createLabelMenu } from "../../pad/label-menu.js";
import { make } from "../../shell/dom.js";
import * as drawings from "./drawings.js";
import * as words from "./text.js";

/** @import { Drawing } from "../../pad/strokes.js" */

/** @param {HTMLDetailsElement} menu  @param {() => Drawing} drawing */
export async function createCorrectionMenu(menu, drawing) {
  /** The last drawing that was added: its label may be corrected. */
  let last = /** @type {{drawing: Drawing, id: string} | null} */ (null);
  const status = make("span");
  const link = make("a", { href: "#lab-teach", hidden: true }, words.TEACH_IT);
  const { list, close, offer } = await createLabelMenu(menu, words.IT_WAS, add);
  list.prepend(make("p", {}, words.NO_IT_WAS));
  list.append(make("p", { role: "status" }, status, " ", link));
  link.addEventListener("click", close);
  menu.addEventListener("toggle", () => {
    if (!menu.open || last?.drawing === drawing()) return;
    status.textContent = "";
    link.hidden = true;
  });

  /** @param {string} label */
  async function add(label) {
    const now = drawing();
    try {
      if (last?.drawing === now) await drawings.relabel(last.id, label);
      else {
        const [{ id }] = await drawings.add([drawings.labelled(now, label)]);
        last = { drawing: now, id };
      }
      status.textContent = words.noted(label, drawings.storageError() === null);
    } catch (error) {
      status.textContent = words.sentenceOf(error);
    }
    link.hidden = false;
  }

  return { offer };
}
