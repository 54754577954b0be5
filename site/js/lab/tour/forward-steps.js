/** Steps of the tour: layers and softmax. */

import { createLive } from "../../worker/latest-only.js";
import { floats } from "../inspect/protocol.js";
import { div, make } from "../../shell/dom.js";
import { layout, paint } from "../inspect/heatmap.js";
import { slider } from "../slider.js";
import { createCode, LAYER_LINES, LINES } from "./code-lines.js";
import * as words from "./text.js";

/** @import { Ask, Look } from "./client.js" */
/** @import { Step } from "./tour.js" */

/** Margin of the sliders beyond the drawing's own logits. */
const MARGIN = 5;

/** @returns {Step} */
export function createLayers() {
  const { element, input, set, say } = slider("layer", words.LAYER_SLIDER, {
    min: 1,
    max: 1,
    step: 1,
  });
  const facts = make("p");
  const what = make("p");
  const canvas = make("canvas", { role: "img" });
  const code = createCode();
  let look = /** @type {Look | null} */ (null);

  function paintLayer() {
    if (look === null) return;
    const { layers } = look;
    const at = input.valueAsNumber - 1;
    const layer = layers[at];
    const before = at === 0 ? look.input : layers[at - 1];
    const name = words.fill(words.LAYER_OF, { at: at + 1, count: layers.length, ...layer });
    say(name);
    input.setAttribute("aria-valuetext", name);
    facts.textContent = words.layerWords(layer, before.shape);
    what.textContent = words.LAYERS[layer.name] ?? "";
    // about twice as wide as high
    const columns = Math.ceil(Math.sqrt(2 * layer.shape[0]));
    paint(canvas, floats(layer), layout(layer.shape, columns));
    canvas.setAttribute("aria-label", words.fill(words.OUT_OF, layer));
    code.show(LAYER_LINES[layer.name] ?? ["nnweb/layers", layer.name]);
  }

  input.addEventListener("input", paintLayer);
  set(1);
  return {
    element: make("div", {}, element, div("layer", what, facts), canvas, code.element),
    show(next) {
      look = next;
      input.max = String(look.layers.length);
      paintLayer();
    },
  };
}

/** @param {Ask} ask  @param {(error: unknown) => void} fail  @returns {Step} */
export function createSoftmax(ask, fail) {
  const list = make("ol", { class: "logits" });
  const how = make("p");
  const back = make("button", { type: "button" }, words.OWN_LOGITS);
  let rows = /** @type {ReturnType<typeof createRow>[]} */ ([]);
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : rows.map(({ input }) => input.valueAsNumber)),
    ask: (logits) => ask("softmax", logits),
    show,
    fail,
  });
  back.addEventListener("click", () => look !== null && reset(look));

  /** @param {number[]} probabilities */
  function show(probabilities) {
    const winner = probabilities.indexOf(Math.max(...probabilities));
    rows.forEach((row, i) => row.show(probabilities[i], i === winner));
  }

  /** @param {Look} from */
  function reset({ logits, probabilities }) {
    rows.forEach(({ set }, i) => set(logits[i]));
    live.forget();
    show(probabilities);
  }

  /** @param {Look} from */
  function begin({ labels, logits, sigmoid }) {
    const [min, max] = sigmoid
      ? [0, 1]
      : [Math.floor(Math.min(...logits)) - MARGIN, Math.ceil(Math.max(...logits)) + MARGIN];
    rows = labels.map((label, i) => createRow(i, label, { min, max }, live.touch));
    const longest = Math.max(...labels.map(({ length }) => length));
    list.style.setProperty("--longest", String(longest));
    list.replaceChildren(...rows.map(({ element }) => element));
  }

  return {
    element: make("div", {}, list, div("softmax", back, how), createCode(LINES.softmax).element),
    show(next) {
      const same = look !== null && look.logits.join() === next.logits.join();
      look = next;
      if (same) return; // keep what the learner has moved
      how.textContent = words.softmaxWords(next.sigmoid, next.temperature);
      begin(next);
      reset(next);
    },
  };
}

/**
 * A label with its logit, which can be moved, and its probability.
 * @param {number} i
 * @param {string} label
 * @param {{min: number, max: number}} range
 * @param {() => void} onMove
 */
function createRow(i, label, range, onMove) {
  const hidden = { "aria-hidden": "true" }; // slider and meter have label and value
  const named = { "aria-label": words.fill(words.LOGIT_OF, { label }) };
  const attributes = { name: `logit-${i}`, ...range, step: 0.01, ...named };
  const input = make("input", { type: "range", ...attributes });
  const logit = make("output", hidden);
  const meter = make("meter", { "aria-label": label });
  const share = make("span", { class: "value", ...hidden });
  const name = make("span", { class: "label", ...hidden }, label);
  const element = make("li", {}, name, input, logit, meter, share);
  const say = () => (logit.textContent = words.logitWords(input.valueAsNumber));
  input.addEventListener("input", () => {
    say();
    onMove();
  });
  return {
    element,
    input,
    /** @param {number} value */
    set(value) {
      input.value = String(value);
      say();
    },
    /** @param {number} probability  @param {boolean} isGreatest */
    show(probability, isGreatest) {
      meter.value = probability;
      share.textContent = words.shareWords(probability);
      element.classList.toggle("winner", isGreatest);
    },
  };
}
