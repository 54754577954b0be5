/**
 * The menu "No, it is 7" beside the answer: stores the drawing with its label, or takes it
 * back. Owns #wrong.
 */

import { createLabelMenu } from "../../pad/label-menu.js";
import { actionButton, make } from "../../shell/dom.js";
import { NO_LABEL } from "../../text/labels.js";
import * as drawings from "./drawings.js";
import * as words from "./text.js";

/** @import { Drawing } from "../../pad/strokes.js" */

/**
 * @param {HTMLDetailsElement} menu
 * @param {() => Drawing} drawing
 * @param {() => void} onTeach  the Teach panel is to be shown
 */
export async function createCorrectionMenu(menu, drawing, onTeach) {
  /** The last drawing that was added: its label may be corrected. */
  let last = /** @type {{drawing: Drawing, id: string} | null} */ (null);
  let adding = Promise.resolve(); // one at a time: each looks for the one before it
  const status = make("span");
  const undo = actionButton("undo", words.UNDO, { hidden: true });
  const link = make("a", { href: "#view=learn&panel=teach", hidden: true }, words.TEACH_IT);
  const none = make("button", { type: "button", class: "none" });
  let labels = /** @type {readonly string[]} */ ([]);
  const { list, close, offer } = await createLabelMenu(menu, words.IT_WAS, add);
  list.prepend(make("p", {}, words.NO_IT_WAS));
  list.append(none, make("p", { role: "status" }, status), undo, link);
  none.addEventListener("click", () => add(NO_LABEL));
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault(); // it would replace what other panels have in the address
    close();
    onTeach();
  });
  undo.addEventListener("click", async () => {
    none.focus(); // before Undo is hidden: Escape reaches the menu all the time
    await drawings.remove(drawings.all().filter(({ id }) => id === last?.id));
    forget(words.TAKEN_BACK);
  });
  menu.addEventListener("toggle", () => {
    if (menu.open && last?.drawing !== drawing()) forget("");
  });
  drawings.onChange(() => {
    if (last !== null && !drawings.all().some(({ id }) => id === last?.id)) forget("");
  });

  /** Nothing of the drawing is stored. @param {string} text */
  function forget(text) {
    last = null;
    status.textContent = text;
    undo.hidden = link.hidden = true;
  }

  /** @param {string} label */
  function add(label) {
    const now = drawing();
    adding = adding.then(() => store(now, label));
  }

  /** @param {Drawing} now  @param {string} label */
  async function store(now, label) {
    try {
      if (last?.drawing === now) await drawings.relabel(last.id, label);
      else {
        const [{ id }] = await drawings.add([drawings.labelled(now, label)]);
        last = { drawing: now, id };
      }
      const name = words.labelName(label, labels);
      status.textContent = words.noted(name, drawings.storageError() === null);
      undo.hidden = false;
    } catch (error) {
      status.textContent = words.sentenceOf(error);
    }
    link.hidden = false;
  }

  return {
    /** Have these labels to choose from. @param {readonly string[]} next */
    offer(next) {
      labels = next;
      none.textContent = words.labelName(NO_LABEL, labels);
      offer(labels);
    },
  };
}
