/** One stage, zoomed: its maps, one map, and how one of its values is computed. Owns .zoom. */

import { finder, putText } from "../../shell/dom.js";
import { createMap } from "./activation-map.js";
import { floats } from "./protocol.js";
import { largest, placeOf, readPlace } from "./stages.js";
import * as words from "./text.js";
import { createUnitDetail } from "./unit-detail.js";

/** @import { Unit } from "./protocol.js" */
/** @import { Stage } from "./stages.js" */

/** Of the maps: as large as there is space. @type {Parameters<typeof createMap>[3]} */
const OPTIONS = { cell: 20, events: ["click"] };

/**
 * @param {HTMLElement} element
 * @param {object} page
 * @param {(type: string, payload: object) => Promise<Unit>} page.ask
 * @param {(error: unknown) => void} page.fail
 * @param {(unit: string | null, push: boolean) => void} page.choose  a place, as of readPlace
 * @param {() => void} page.leave  back to all stages
 */
export function createStageView(element, { ask, fail, choose, leave }) {
  const find = finder(element);
  const steps = Object.fromEntries(
    ["all", "stage", "map", "value"].map((name) => [name, find(`nav [data-do=${name}]`)]),
  );
  const what = find(".what");
  const box = find(".maps");
  const unit = createUnitDetail(find(".unit"));
  let shown = ""; // the stage that has maps
  let all = /** @type {ReturnType<typeof createMap> | null} */ (null);
  let one = /** @type {ReturnType<typeof createMap> | null} */ (null);
  let place = /** @type {number[]} */ ([]); // of the value whose sum is shown
  let current = { layer: 0, at: 0 };

  steps.all.addEventListener("click", leave);
  steps.stage.addEventListener("click", () => choose(null, true));
  steps.map.addEventListener("click", () => choose(String(place[0]), true));

  /** @param {Stage} stage */
  function createMaps({ shape }) {
    const pick = (/** @type {number[]} */ chosen, /** @type {Event} */ { type }) =>
      choose(chosen.join("."), type === "click");
    if (shape.length === 1) {
      const name = words.fill(words.VALUES, { sizes: words.sizes(shape) });
      all = null;
      one = createMap(shape, name, (at, event) => pick([at], event), OPTIONS);
      box.replaceChildren(one.element);
      return;
    }
    const [C, H, W] = shape;
    const [maps, pixels] = [words.MAPS, words.PIXELS].map((text) =>
      words.fill(text, { count: C, sizes: words.sizes([H, W]) }),
    );
    const grid = { ...OPTIONS, columns: Math.ceil(Math.sqrt(C)), whole: true };
    all = createMap(shape, maps, (at, event) => pick([at / (H * W)], event), grid);
    one = createMap(
      [1, H, W],
      pixels,
      (at, event) => pick([place[0], ...placeOf([1, H, W], at).slice(1)], event),
      OPTIONS,
    );
    box.replaceChildren(...[all, one].map((map) => map.element));
  }

  /** @param {Stage} stage  @param {number[]} chosen */
  function showPath(stage, chosen) {
    const [map = "", value = ""] = words.placeParts(chosen, stage.shape);
    putText(steps.stage, words.stageTexts(stage).name);
    putText(steps.map, map);
    putText(steps.value, value);
    const there = Object.values(steps).filter((step) => step.textContent !== "");
    for (const step of Object.values(steps)) {
      step.ariaCurrent = String(step === there.at(-1));
    }
    for (const step of [steps.map, steps.value]) {
      /** @type {HTMLElement} */ (step.parentElement).hidden = !there.includes(step);
    }
  }

  /** @param {number[]} shape */
  async function showUnit(shape) {
    const asked = current;
    try {
      const reply = await ask("unit", asked);
      if (asked === current) unit.show(reply, words.placeParts(place, shape).join(", "));
    } catch (error) {
      if (asked === current) fail(error);
    }
  }

  return {
    /** The value whose sum is shown: the layer's index, and its own in C order. */
    get current() {
      return current;
    },
    /**
     * Without a choice, the largest value is shown.
     * @param {Stage} stage
     * @param {string | null} chosen  a place, as of readPlace
     */
    show(stage, chosen) {
      const { shape, first } = stage;
      const key = `${first} ${shape}`;
      if (key !== shown) createMaps(stage);
      shown = key;
      const values = floats(stage.values);
      const from = readPlace(chosen, shape);
      const at = largest(from, shape, values);
      place = placeOf(shape, at);
      current = { layer: first, at };
      what.textContent = `${words.stageTexts(stage).what} · ${words.layersWords(stage)}`;
      showPath(stage, from);
      all?.show(values);
      all?.mark(at);
      if (all === null) {
        one?.show(values);
        one?.mark(at);
      } else {
        const size = shape[1] * shape[2];
        one?.show(values.subarray(place[0] * size, (place[0] + 1) * size));
        one?.mark(at % size);
      }
      showUnit(shape);
    },
    /** Moves the focus to the way back. */
    focus: () => steps.all.focus(),
  };
}
