/** The Inspect panel: activations and explanations of the network in use. Owns #lab-inside. */

import { followDrawing } from "../follow-drawing.js";
import { areDigits } from "../../text/labels.js";
import * as words from "../text.js";
import { finder, make } from "../../shell/dom.js";
import { showIn } from "./selection.js";
import { floats } from "./protocol.js";
import { createNearest } from "./nearest-digits.js";
import { createMap } from "./activation-map.js";
import { fill } from "./view.js";
import { createUnitDetail } from "./unit-detail.js";
import { createPerturb } from "./perturb.js";
import { createAttribution } from "./attribution.js";

/** @import { Look } from "./protocol.js" */
/** @import { Create } from "../lab.js" */

/** Milliseconds without a change before the slow requests are sent. */
const REST_MS = 250;

/** @type {Create} */
export function createInspect(element, page) {
  fill(element);
  const find = finder(element);
  const status = find(".status");
  const parts = find(".parts");
  const list = find(".layers");
  const unit = createUnitDetail(find(".unit"));
  const source = find("[data-do=source]");
  const attribution = createAttribution(find(".attribution"), ask, fail);
  const perturb = createPerturb(find(".perturb"), ask, fail);
  const nearest = createNearest(find(".nearest"), ask, fail);
  let maps = /** @type {ReturnType<typeof createMap>[]} */ ([]);
  let shapes = ""; // of the layers that have maps
  let picked = /** @type {{layer: number, at: number} | null} */ (null);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;

  page.onNetwork(nearest.forget); // the worker may have been replaced
  const { settle, visible } = followDrawing(page, {
    look: () => (page.network() === null ? null : page.picture()),
    ask(picture) {
      if (shapes === "") status.textContent = words.INSPECTING;
      return ask("look", picture, [picture.pixels]);
    },
    show,
    fail,
    empty,
    pause: 120,
  });
  source.addEventListener("click", () => {
    if (picked !== null) showIn("python", picked);
  });

  /** @param {string} type  @param {object} payload  @param {Transferable[]} [transfer] */
  function ask(type, payload, transfer) {
    return page.client().request(type, payload, transfer);
  }

  /** @param {unknown} error */
  function fail(error) {
    status.textContent = words.because(words.NOT_INSPECTED, error);
  }

  function empty() {
    clearTimeout(resting);
    parts.hidden = true;
    status.textContent = words.DRAW_TO_INSPECT;
  }

  /** @param {Look} look  @param {boolean} last */
  function show(look, last) {
    status.textContent = "";
    parts.hidden = false;
    const now = JSON.stringify(look.layers.map(({ name, shape }) => [name, shape]));
    find(".nearest").hidden = !areDigits(look.labels);
    if (now !== shapes) createMaps(look);
    shapes = now;
    maps.forEach((map, i) => map.show(floats(look.layers[i])));
    if (picked !== null) showUnit(look.layers[picked.layer].name);
    clearTimeout(resting);
    if (last) resting = setTimeout(() => explain(look), REST_MS);
  }

  /** Sends the slow requests. @param {Look} look */
  function explain(look) {
    attribution.update(look.labels, look.answer);
    perturb.update(look.labels);
    if (areDigits(look.labels)) nearest.update();
  }

  /** @param {Look} look */
  function createMaps(look) {
    picked = null;
    source.hidden = true;
    unit.clear();
    maps = look.layers.map(({ name, shape }, layer) =>
      createMap(shape, words.layerWords(layer + 1, name, shape), (at) => {
        const other = picked?.layer !== layer;
        if (other && picked !== null) maps[picked.layer].clear();
        picked = { layer, at };
        source.hidden = false;
        showUnit(name);
        if (other) showWeights(layer);
      }),
    );
    list.replaceChildren(
      ...look.layers.map(({ name, shape, learned }, i) => {
        const title = make("p", {}, words.layerTitle(name, shape, learned));
        return make("li", {}, title, maps[i].element);
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
  async function showWeights(layer) {
    try {
      const pictures = await ask("pictures", { layer });
      if (picked?.layer === layer) unit.showWeights(pictures);
    } catch (error) {
      fail(error);
    }
  }

  empty();
  settle();
  return { visible };
}
