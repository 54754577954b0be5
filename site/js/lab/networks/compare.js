// @ts-check
/** Two networks on the same drawing, side by side: owns .compare. */

import { createBars } from "../../answer/bars.js";
import { createLive } from "../../worker/latest-only.js";
import { ask, listen } from "../worker/client.js";
import * as shelf from "./saved-networks.js";
import * as words from "../text.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/** @typedef {import("../../worker/protocol.js").Answer} Answer */
/** @typedef {import("./saved-networks.js").Kept} Kept */
/** @typedef {import("../lab.js").Page} Page */

/**
 * @param {HTMLElement} element  with two parts: a select, words, and a list for bars
 * @param {Page} page
 */
export function createCompare(element, page) {
  const sides = [...element.querySelectorAll("div")].map((part, at) => ({
    name: `side ${at}`,
    select: /** @type {HTMLSelectElement} */ (part.querySelector("select")),
    words: /** @type {HTMLElement} */ (part.querySelector("p")),
    bars: createBars(/** @type {HTMLElement} */ (part.querySelector("ol"))),
    /** @type {Source | null} */
    held: null,
    labels: /** @type {string[]} */ ([]),
  }));
  /** @type {Source[]} */
  let sources = [];
  let seen = false;

  const live = createLive({
    look: () => (seen ? page.picture() : null),
    ask: (picture) => Promise.all(sides.map((side) => answer(side, picture))),
    show: () => {},
    fail: (error) => say(words.notCompared(error)),
  });
  for (const side of sides) {
    side.bars.label([..."0123456789"]);
    side.select.addEventListener("change", live.settle);
  }
  listen(({ type }) => {
    if (type === "dead") for (const side of sides) side.held = null;
  });
  page.onAnswer((reply) => {
    if (!seen) return;
    if (reply === null) empty();
    else live.touch();
  });

  /**
   * Have the side's network in the worker, and ask it.
   * @param {typeof sides[number]} side
   * @param {import("../../worker/protocol.js").Picture} picture
   */
  async function answer(side, picture) {
    const source = sources[side.select.selectedIndex];
    if (source === undefined) return;
    if (side.held !== source) {
      side.held = null;
      const weights = await source.read(() => {});
      const { labels } = await ask("hold", { name: side.name, weights });
      side.bars.label(labels);
      side.labels = labels;
      side.held = source;
    }
    /** @type {Answer} */
    const reply = await ask("ask", { name: side.name, picture });
    const sure = words.answerWords(reply, side.labels);
    side.words.textContent = reply.answer === "" ? sure : `${reply.answer}: ${sure}`;
    side.bars.show(reply.probabilities, reply.index);
  }

  function empty() {
    live.forget();
    for (const side of sides) side.bars.clear();
    say(words.DRAW_FIRST);
  }

  /** @param {string} text */
  function say(text) {
    for (const side of sides) side.words.textContent = text;
  }

  function refresh() {
    if (page.picture() === null) empty();
    else live.settle();
  }

  return {
    /** The networks that there are to choose from. @param {Kept[]} kept */
    offer(kept) {
      const chosen = sides.map(({ select }) => select.value);
      sources = [...page.sources(), ...kept.map(shelf.sourceOf)];
      for (const [at, { select }] of sides.entries()) {
        select.replaceChildren(...sources.map(({ name }) => new Option(name)));
        const before = sources.findIndex(({ name }) => name === chosen[at]);
        select.selectedIndex = before >= 0 ? before : Math.min(at, sources.length - 1);
      }
      refresh();
    },
    /** @param {boolean} visible */
    visible(visible) {
      seen = visible;
    },
  };
}
