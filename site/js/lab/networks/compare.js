/** Compares two networks on the same drawing. Owns .compare. */

import { finder } from "../../shell/dom.js";
import { createBars } from "../../answer/bars.js";
import { followDrawing } from "../follow-drawing.js";
import { ask, listen } from "../worker/client.js";
import * as networks from "../../networks/saved-networks.js";
import * as words from "../text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Answer } from "../../worker/protocol.js" */
/** @import { SavedNetwork } from "../../networks/saved-networks.js" */
/** @import { Page } from "../lab.js" */

/**
 * @param {HTMLElement} element  with two divs: a select, a status, a list for bars
 * @param {Page} page
 */
export function createCompare(element, page) {
  const sides = [...element.querySelectorAll("div")].map((part, i) => {
    const find = finder(part);
    return {
      name: `side ${i}`,
      select: find("select", HTMLSelectElement),
      status: find("p"),
      bars: createBars(find("ol")),
      loaded: /** @type {Source | null} */ (null), // in the worker
      labels: /** @type {string[]} */ ([]),
    };
  });
  let sources = /** @type {Source[]} */ ([]);

  const { settle, visible } = followDrawing(page, {
    look: page.picture,
    ask: (picture) => Promise.all(sides.map((side) => answer(side, picture))),
    show: () => {},
    fail: (error) => say(words.because(words.NOT_COMPARED, error)),
    empty,
  });
  for (const side of sides) {
    side.bars.label(page.network()?.labels ?? []);
    side.select.addEventListener("change", settle);
  }
  listen(({ type }) => {
    if (type === "dead") for (const side of sides) side.loaded = null;
  });

  /**
   * Shows the answer of a side's network, which is loaded into the worker if necessary.
   * @param {typeof sides[number]} side
   * @param {import("../../worker/protocol.js").Picture} picture
   */
  async function answer(side, picture) {
    const source = sources[side.select.selectedIndex];
    if (source === undefined) return;
    if (side.loaded !== source) {
      side.loaded = null;
      const weights = await source.read(() => {});
      const { labels } = await ask("hold", { name: side.name, weights });
      side.bars.label(labels);
      side.labels = labels;
      side.loaded = source;
    }
    /** @type {Answer} */
    const reply = await ask("ask", { name: side.name, picture });
    const text = words.answerWords(reply, side.labels);
    side.status.textContent = reply.answer === "" ? text : `${words.answerLabel(reply)}: ${text}`;
    side.bars.show(reply.probabilities, reply.index);
  }

  function empty() {
    for (const side of sides) side.bars.clear();
    say(words.DRAW_FIRST);
  }

  /** @param {string} text */
  function say(text) {
    for (const side of sides) side.status.textContent = text;
  }

  return {
    /** Sets the networks to choose from. @param {SavedNetwork[]} saved */
    offer(saved) {
      const chosen = sides.map(({ select }) => select.value);
      sources = [...page.sources(), ...saved.map(networks.sourceOf)];
      for (const [i, { select }] of sides.entries()) {
        select.replaceChildren(...sources.map(({ name }) => new Option(name)));
        const before = sources.findIndex(({ name }) => name === chosen[i]);
        select.selectedIndex = before >= 0 ? before : Math.min(i, sources.length - 1);
      }
      settle();
    },
    visible,
  };
}
