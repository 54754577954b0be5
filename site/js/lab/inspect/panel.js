// @ts-check
/** The panel that looks into the network in use: owns #lab-inside. */

import { createLive } from "../../worker/latest-only.js";
import * as words from "../text.js";
import { lead } from "./selection.js";
import { floats } from "./protocol.js";
import { createAlike } from "./nearest-digits.js";
import { createMap } from "./activation-map.js";
import { furnish } from "./view.js";
import { createUnit } from "./unit-detail.js";
import { createVary } from "./perturb.js";
import { createWhy } from "./attribution.js";

/** @typedef {import("./protocol.js").Look} Look */
/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */

/** Milliseconds without a change after which the slow questions are asked. */
const REST_MS = 250;

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Panel}
 */
export function createInside(element, page) {
  furnish(element);
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const said = find(".said");
  const parts = find(".parts");
  const list = find(".layers");
  const unit = createUnit(find(".unit"));
  const line = find(".unit .line");
  const why = createWhy(find(".why"), ask, fail);
  const vary = createVary(find(".vary"), ask, fail);
  const alike = createAlike(find(".alike"), ask, fail);
  /** @type {ReturnType<typeof createMap>[]} */
  let maps = [];
  let shapes = ""; // that the maps were made for
  /** @type {{layer: number, at: number} | null} */
  let picked = null;
  let seen = true;
  let worker = page.engine();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;

  const live = createLive({
    look: () => (seen && page.network() !== null ? page.picture() : null),
    ask(picture) {
      if (shapes === "") said.textContent = words.LOOKING;
      return ask("look", picture, [picture.pixels]);
    },
    show,
    fail,
    pause: 120,
  });
  page.onAnswer((answer) => {
    if (!seen) return;
    if (answer === null) empty();
    else live.touch();
  });
  page.onNetwork(() => {
    alike.forget(); // the worker may be a new one
    if (seen) live.settle();
  });

  line.addEventListener("click", () => {
    if (picked !== null) lead(picked, "python");
  });

  /** @param {string} type  @param {object} payload  @param {Transferable[]} [transfer] */
  function ask(type, payload, transfer) {
    worker = page.engine();
    return worker.ask(type, payload, transfer);
  }

  /** @param {unknown} error */
  function fail(error) {
    said.textContent = words.notLookedInto(error);
  }

  function empty() {
    live.forget();
    clearTimeout(resting);
    parts.hidden = true;
    said.textContent = words.DRAW_TO_LOOK;
  }

  /** @param {Look} look  @param {boolean} last */
  function show(look, last) {
    said.textContent = "";
    parts.hidden = false;
    const now = JSON.stringify(look.layers.map(({ name, shape }) => [name, shape]));
    if (now !== shapes) makeMaps(look);
    shapes = now;
    maps.forEach((map, i) => map.show(floats(look.layers[i])));
    if (picked !== null) showUnit(look.layers[picked.layer].name);
    clearTimeout(resting);
    if (last) resting = setTimeout(() => rest(look), REST_MS);
  }

  /** What takes long, once the pen rests. @param {Look} look */
  function rest(look) {
    why.about(look.labels, look.answer);
    vary.about(look.labels);
    alike.about();
  }

  /** @param {Look} look */
  function makeMaps(look) {
    picked = null;
    line.hidden = true;
    unit.clear();
    maps = look.layers.map(({ name, shape }, layer) =>
      createMap(shape, words.layerWords(layer + 1, name, shape), (at) => {
        const other = picked?.layer !== layer;
        if (other && picked !== null) maps[picked.layer].leave();
        picked = { layer, at };
        line.hidden = false;
        showUnit(name);
        if (other) showLearned(layer);
      }),
    );
    list.replaceChildren(
      ...look.layers.map(({ name, shape, learned }, i) => {
        const item = document.createElement("li");
        const title = document.createElement("p");
        title.textContent = words.layerTitle(name, shape, learned);
        item.append(title, maps[i].element);
        return item;
      }),
    );
  }

  /** @param {string} name */
  async function showUnit(name) {
    const { layer, at } = /** @type {NonNullable<typeof picked>} */ (picked);
    try {
      const reply = await ask("unit", { layer, at });
      if (picked?.layer === layer && picked.at === at) unit.show(reply, name, at);
    } catch (error) {
      fail(error);
    }
  }

  /** @param {number} layer */
  async function showLearned(layer) {
    try {
      const pictures = await ask("pictures", { layer });
      if (picked?.layer === layer) unit.learned(pictures);
    } catch (error) {
      fail(error);
    }
  }

  empty();
  live.settle();
  return {
    visible(visible) {
      seen = visible;
      if (!visible) return live.forget();
      if (page.picture() === null) empty();
      else live.settle();
    },
  };
}
