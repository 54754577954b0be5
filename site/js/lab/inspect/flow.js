/** The flow from the drawing through the stages to the answers. Owns .flow. */

import { finder, make } from "../../shell/dom.js";
import { layout, paint } from "./heatmap.js";
import { floats } from "./protocol.js";
import * as words from "./text.js";

/** @import { Attributes } from "../../shell/dom.js" */
/** @import { Picture } from "../../worker/protocol.js" */
/** @import { Look } from "./protocol.js" */
/** @import { Stage } from "./stages.js" */

/** Columns of a wide flow, of which the answers take two. */
const COLUMNS = 7;
/** Answers that fit. */
const BARS = 10;
/** Milliseconds from one stage to the next, when the flow is shown for the first time. */
const PACE_MS = 90;

/**
 * @param {HTMLElement} list
 * @param {(stage: number) => void} onPick
 */
export function createFlow(list, onPick) {
  const drawn = make("canvas");
  const input = make("canvas");
  const bars = make("span", { class: "bars", "aria-hidden": "true" });
  let maps = /** @type {HTMLCanvasElement[]} */ ([]);
  let shown = ""; // the texts of the stages that have cells
  let moves = matchMedia("(prefers-reduced-motion: no-preference)").matches;

  /** @param {Stage[]} stages */
  function createCells(stages) {
    maps = stages.map(() => make("canvas"));
    const buttons = stages.map((stage, i) => {
      const button = cell("button", words.stageTexts(stage), maps[i]);
      button.addEventListener("click", () => onPick(i));
      return button;
    });
    const cells = [
      cell("div", words.CELLS.drawing, drawn),
      cell("div", words.CELLS.input, input),
      ...buttons,
      cell("div", words.CELLS.answers, bars),
    ];
    const width = cells.length + 1;
    const columns = Math.ceil(width / Math.ceil(width / COLUMNS));
    list.style.setProperty("--columns", String(columns));
    list.replaceChildren(...cells.map((one) => make("li", {}, one)));
  }

  /** Lets the thumbnails appear from left to right, once. */
  function animate() {
    if (!moves || list.offsetParent === null) return;
    moves = false;
    list.querySelectorAll(".thumb").forEach((thumb, i) => {
      const from = { opacity: 0, transform: "translateX(-1rem)" };
      const timing = { duration: 4 * PACE_MS, delay: i * PACE_MS };
      thumb.animate([from, {}], { ...timing, easing: "ease-out", fill: "backwards" });
    });
  }

  return {
    /**
     * @param {Stage[]} stages
     * @param {Look} look
     * @param {Picture | null} picture  the drawing
     */
    show(stages, look, picture) {
      const texts = JSON.stringify(stages.map(words.stageTexts));
      if (texts !== shown) createCells(stages);
      shown = texts;
      if (picture !== null) paintPicture(drawn, picture);
      paint(input, floats(look.input), layout([1, 28, 28]));
      stages.forEach(({ shape, values }, i) => {
        const across = Math.ceil(Math.sqrt(shape[0]));
        paint(maps[i], floats(values), layout(shape, across));
      });
      bars.replaceChildren(...answerBars(look));
      animate();
    },
    /** Moves the focus to a stage. @param {number} stage */
    focus: (stage) => finder(list)(`li:nth-child(${stage + 3}) button`).focus(),
  };
}

/**
 * @param {"button" | "div"} tag
 * @param {Record<string, string>} texts  name, what
 * @param {HTMLElement} content
 */
function cell(tag, { name, what }, content) {
  const thumb = make("span", { class: "thumb" }, content);
  const title = make("strong", {}, name);
  /** @type {Attributes} */
  const attributes = tag === "button" ? { class: "cell", type: tag } : { class: "cell" };
  return make(tag, attributes, thumb, title, " ", make("small", {}, what));
}

/** @param {HTMLCanvasElement} canvas  @param {Picture} picture */
function paintPicture(canvas, { pixels, width, height }) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** A bar for each label, or for the likeliest of many. @param {Look} look */
function answerBars({ labels, probabilities, answer }) {
  const least = probabilities.toSorted((a, b) => b - a)[BARS - 1] ?? 0;
  return labels.flatMap((label, i) => {
    if (probabilities[i] < least) return [];
    const bar = make("i");
    bar.style.height = `${probabilities[i] * 100}%`;
    const name = i === answer ? make("b", {}, label) : label;
    return [make("span", {}, bar, name)];
  });
}
