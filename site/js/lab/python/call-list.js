/** The calls that ran for the drawing. Owns its list. */

import { make } from "../../shell/dom.js";
import * as words from "./text.js";

/** @import { Call } from "./client.js" */

/** @param {HTMLElement} list  @param {(index: number) => void} onPick */
export function createCallList(list, onPick) {
  const buttons = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("button")]);

  list.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button !== null) onPick(Number(button.dataset.call));
  });

  /** Scrolls the list, not the page. @param {HTMLElement} entry */
  function scrollTo({ offsetTop, offsetHeight }) {
    const top = offsetTop - list.offsetTop;
    if (top < list.scrollTop) list.scrollTop = top;
    const below = top + offsetHeight - list.clientHeight;
    if (below > list.scrollTop) list.scrollTop = below;
  }

  return {
    /** @param {Call[]} calls */
    show(calls) {
      const main = calls.flatMap((call, i) => (call.main ? [i] : []));
      if (list.children.length !== main.length) {
        list.replaceChildren(...main.map(createEntry));
      }
      for (const [i, button] of buttons().entries()) {
        const [name, about] = button.children;
        name.textContent = calls[main[i]].name;
        about.textContent = words.callWords(calls[main[i]]);
        button.dataset.call = String(main[i]);
      }
    },
    /** Marks the entry of a call, or of its nearest caller in the list. @param {Call[]} calls  @param {number} at */
    mark(calls, at) {
      let main = at;
      while (main >= 0 && !calls[main].main) main = calls[main].parent;
      for (const button of buttons()) {
        const isCurrent = button.dataset.call === String(main);
        if (isCurrent) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
        if (isCurrent) scrollTo(button);
      }
    },
  };
}

const createEntry = () =>
  make(
    "li",
    {},
    make("button", { type: "button" }, make("span", { class: "name" }), make("small")),
  );
