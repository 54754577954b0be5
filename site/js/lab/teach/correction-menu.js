// @ts-check
/** "No, it was a 7": owns #wrong, the menu below the answer. */

import { createMenu } from "../../pad/digit-menu.js";
import * as drawings from "./drawings.js";
import { make } from "../../shell/dom.js";
import * as words from "./text.js";

/** @typedef {import("../../pad/strokes.js").Drawing} Drawing */

/**
 * @param {HTMLDetailsElement} menu
 * @param {() => Drawing} drawing
 */
export async function createWrong(menu, drawing) {
  /** What was said of a drawing that may still be on the paper. */
  /** @type {{drawing: Drawing, id: string} | null} */
  let last = null;
  const said = make("span", {});
  const link = make("a", { href: "#lab-teach", hidden: true }, words.TEACH_IT);
  const { digits, close } = await createMenu(menu, words.itWas, (digit) =>
    say(String(digit)),
  );
  digits.prepend(make("p", {}, words.NO_IT_WAS));
  digits.append(make("p", { role: "status" }, said, " ", link));
  link.addEventListener("click", close);
  menu.addEventListener("toggle", () => {
    if (menu.open && last?.drawing !== drawing()) clear();
  });

  function clear() {
    said.textContent = "";
    link.hidden = true;
  }

  /** Whoever says it twice has changed their mind. @param {string} label */
  async function say(label) {
    const now = drawing();
    if (last?.drawing === now) await drawings.relabel(last.id, label);
    else {
      const [{ id }] = await drawings.add([drawings.labelled(now, label)]);
      last = { drawing: now, id };
    }
    said.textContent = words.noted(label, drawings.unkept() === null);
    link.hidden = false;
  }
}
