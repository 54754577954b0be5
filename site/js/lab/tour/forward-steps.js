/** Steps of the tour: layers and softmax. */

import { createBars } from "../../answer/bars.js";
import { createLive } from "../../worker/latest-only.js";
import { floats } from "../inspect/protocol.js";
import { div, make } from "../../shell/dom.js";
import { layout, paint } from "../inspect/heatmap.js";
import { slider } from "../slider.js";
import * as words from "./text.js";

/** @import { Ask, Look } from "./client.js" */
/** @import { Step } from "./tour.js" */

/** Margin of the sliders beyond the drawing's own logits. */
const MARGIN = 5;

/** @returns {Step} */
export function createLayers() {
  const list = make("ol", { class: "layers" });
  const total = make("p");
  return {
    element: make("div", {}, total, list),
    show({ input, layers }) {
      const learned = layers.reduce((sum, layer) => sum + layer.learned, 0);
      const all = { layers: layers.length, learned };
      total.textContent = words.fill(words.LEARNED_IN_ALL, all);
      list.replaceChildren(
        ...layers.map((layer, i) => {
          const before = i === 0 ? input : layers[i - 1];
          const canvas = make("canvas", { role: "img" });
          const text = words.layerWords(layer, before.shape);
          paint(canvas, floats(layer), layout(layer.shape, 16));
          canvas.setAttribute("aria-label", words.fill(words.OUT_OF, layer));
          return make(
            "li",
            {},
            make("p", {}, make("strong", {}, layer.name), " ", text),
            make("p", {}, words.LAYERS[layer.name] ?? ""),
            canvas,
          );
        }),
      );
    },
  };
}

/** @param {Ask} ask  @param {(error: unknown) => void} fail  @returns {Step} */
export function createSoftmax(ask, fail) {
  const list = make("ol", { class: "bars" });
  const bars = createBars(list);
  const box = div("logits");
  const how = make("p");
  const back = make("button", { type: "button" }, words.OWN_LOGITS);
  let sliders = /** @type {ReturnType<typeof slider>[]} */ ([]);
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : sliders.map(({ input }) => input.valueAsNumber)),
    ask: (logits) => ask("softmax", logits),
    show: (/** @type {number[]} */ p) => bars.show(p, p.indexOf(Math.max(...p))),
    fail,
  });
  back.addEventListener("click", () => look !== null && reset(look));

  /** @param {Look} from */
  function reset({ logits, probabilities }) {
    sliders.forEach(({ set, say }, i) => {
      set(logits[i]);
      say(words.number(logits[i]));
    });
    live.forget();
    bars.show(probabilities, probabilities.indexOf(Math.max(...probabilities)));
  }

  /** @param {Look} from */
  function begin({ labels, logits, sigmoid }) {
    const [least, most] = sigmoid
      ? [0, 1]
      : [Math.floor(Math.min(...logits)) - MARGIN, Math.ceil(Math.max(...logits)) + MARGIN];
    sliders = labels.map((label, i) => {
      const range = { min: least, max: most, step: 0.01 };
      const one = slider(`logit-${i}`, words.fill(words.LOGIT_OF, { label }), range);
      one.input.addEventListener("input", () => {
        one.say(words.number(one.input.valueAsNumber));
        live.touch();
      });
      return one;
    });
    box.replaceChildren(...sliders.map(({ element }) => element));
  }

  return {
    element: make("div", {}, how, div("step", box, list), back),
    show(next) {
      const same = look !== null && look.logits.join() === next.logits.join();
      look = next;
      if (same) return; // keep what the learner has moved
      how.textContent = words.softmaxWords(next.sigmoid, next.temperature);
      bars.label(next.labels);
      begin(next);
      reset(next);
    },
  };
}
