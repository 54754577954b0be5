/** Compares two networks on the same drawing, at first moved to a corner. Owns .compare. */

import { createBars } from "../../answer/bars.js";
import { createNetworkInput } from "../../answer/network-input.js";
import { paintDrawing, readableContext } from "../../pad/paint-drawing.js";
import { createRasterizer } from "../../pad/rasterize.js";
import { sampleDigit } from "../../pad/sample-digits.js";
import { boundingBox, CANVAS, SIDE } from "../../pad/strokes.js";
import { finder, make } from "../../shell/dom.js";
import { areDigits, haveSame } from "../../text/labels.js";
import { createLive } from "../../worker/latest-only.js";
import { ask, listen } from "../worker/client.js";
import * as networks from "../../networks/saved-networks.js";
import * as words from "../text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Drawing, Stroke } from "../../pad/strokes.js" */
/** @import { Answer, Description } from "../../worker/protocol.js" */
/** @import { SavedNetwork } from "../../networks/saved-networks.js" */
/** @import { Page } from "../lab.js" */

/** The networks of the two sides at first, where the site has them. */
const FIRST = ["plain", "cnn"];

/** The digit that is compared while the pad is blank. */
const SAMPLE = 4;

/** Longer side of a moved drawing, and its distance from two edges, in pixels. */
const [CORNER, MARGIN] = [150, 20];

/** From this on, two probabilities are marked as different. */
const DIFFERENT = 0.1;

/** The strokes in the lower right corner, small if they were large. @param {Stroke[]} strokes */
export function toCorner(strokes) {
  const box = boundingBox(strokes);
  if (box === null) return [];
  const { left, top, right, bottom } = box;
  const scale = Math.min(1, CORNER / Math.max(right - left, bottom - top));
  const move = (/** @type {number} */ value, /** @type {number} */ last) =>
    CANVAS - MARGIN - (last - value) * scale;
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: move(x, right), y: move(y, bottom) })),
  );
}

/**
 * @param {HTMLElement} element  made by view.js
 * @param {Page} page
 */
export function createCompare(element, page) {
  const find = finder(element);
  const corner = find("[type=checkbox]", HTMLInputElement);
  const context = readableContext(find(".drawing", HTMLCanvasElement));
  const difference = find(".difference");
  const rasterize = createRasterizer(make("canvas", { width: SIDE, height: SIDE }));
  const sides = [...element.querySelectorAll(".side")].map((part, i) => {
    const findIn = finder(part);
    return {
      name: `side ${i}`,
      select: findIn("select", HTMLSelectElement),
      status: findIn(".verdict-words"),
      list: findIn("ol"),
      bars: createBars(findIn("ol")),
      input: createNetworkInput(findIn("canvas", HTMLCanvasElement)),
      caption: findIn("figcaption"),
      loaded: /** @type {Source | null} */ (null), // in the worker
      network: /** @type {Description | null} */ (null), // that is loaded
    };
  });
  let sources = /** @type {Source[]} */ ([]);
  let isVisible = true;

  const live = createLive({
    look() {
      if (!isVisible || sources.length === 0) return null;
      const drawing = currentDrawing();
      if (drawing === null) clear();
      else paintDrawing(context, drawing);
      return drawing;
    },
    ask: (drawing) => Promise.all(sides.map((side) => answer(side, drawing))),
    show,
    fail: (error) => say(words.because(words.NOT_COMPARED, error)),
    pause: 120,
  });
  for (const { bars } of sides) bars.label(page.network()?.labels ?? []);
  for (const control of [corner, ...sides.map(({ select }) => select)]) {
    control.addEventListener("change", live.settle);
  }
  page.onAnswer(live.touch);
  listen(({ type }) => {
    if (type === "dead") for (const side of sides) side.loaded = null;
  });

  /** The pad's drawing or a sample, in the corner or where it is; null if there is none. */
  function currentDrawing() {
    const isBlank = page.picture() === null;
    const labels = page.network()?.labels ?? page.source().labels ?? [];
    if (isBlank && !areDigits(labels)) return null;
    /** @type {Drawing} */
    const drawing = isBlank ? { strokes: sampleDigit(SAMPLE), picture: null } : page.drawing();
    corner.disabled = drawing.picture !== null;
    if (!corner.checked || corner.disabled) return drawing;
    return { strokes: toCorner(drawing.strokes), picture: null };
  }

  /**
   * The answer of a side's network, which is loaded into the worker if necessary.
   * @param {typeof sides[number]} side
   * @param {Drawing} drawing
   */
  async function answer(side, drawing) {
    const source = sources[side.select.selectedIndex];
    if (side.loaded !== source) {
      side.loaded = null;
      if (side.network === null) side.status.textContent = words.SECOND_PYTHON;
      const weights = await source.read(() => {});
      side.network = await ask("hold", { name: side.name, weights });
      side.loaded = source;
    }
    const network = /** @type {Description} */ (side.network);
    const picture = rasterize(drawing, network.fit);
    /** @type {Answer} */
    const reply = await ask("ask", { name: side.name, picture });
    return { network, reply };
  }

  /** @param {Awaited<ReturnType<typeof answer>>[]} answers  of the two sides */
  function show(answers) {
    answers.forEach(({ network, reply }, i) => {
      const { status, bars, input, caption } = sides[i];
      const text = words.answerWords(reply, network.labels);
      status.textContent = reply.answer === "" ? text : `${words.answerLabel(reply)}: ${text}`;
      bars.label(network.labels);
      bars.show(reply.probabilities, reply.index);
      input.show(reply);
      caption.textContent = network.fit === "digit" ? words.SEEN_CENTRED : words.SEEN_AS_DRAWN;
    });
    markDifferences(answers);
  }

  /** @param {Awaited<ReturnType<typeof answer>>[]} answers */
  function markDifferences(answers) {
    const [first, second] = answers;
    const isComparable = haveSame(first.network.labels, second.network.labels);
    const gaps = first.reply.probabilities.map((p, i) =>
      isComparable ? Math.abs(p - second.reply.probabilities[i]) : 0,
    );
    for (const { list } of sides) {
      [...list.children].forEach((row, i) => {
        row.classList.toggle("differs", gaps[i] >= DIFFERENT);
      });
    }
    difference.textContent = words.differenceWords(
      first.network,
      second.network,
      gaps.filter((gap) => gap >= DIFFERENT).length,
    );
  }

  function clear() {
    live.forget();
    for (const { bars, input } of sides) {
      bars.clear();
      input.clear();
    }
    say(words.DRAW_FIRST);
  }

  /** @param {string} text */
  function say(text) {
    for (const { status } of sides) status.textContent = text;
    difference.textContent = "";
  }

  return {
    /** Sets the networks to choose from. @param {SavedNetwork[]} saved */
    offer(saved) {
      const chosen = sides.map(({ select }) => select.value);
      sources = [...page.sources(), ...saved.map(networks.sourceOf)];
      for (const [i, { select }] of sides.entries()) {
        select.replaceChildren(...sources.map(({ name }) => new Option(name)));
        const at = [chosen[i], FIRST[i]]
          .map((wanted) => sources.findIndex(({ name }) => name === wanted))
          .find((index) => index >= 0);
        select.selectedIndex = at ?? Math.min(i, sources.length - 1);
      }
      live.settle();
    },
    /** @param {boolean} now */
    visible(now) {
      isVisible = now;
      if (now) live.settle();
      else live.forget();
    },
  };
}
