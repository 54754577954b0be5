/**
 * Shows the preprocessing steps from the drawing to the network's input, each of which can
 * be switched off for the page's answers. Owns #steps except its summary.
 */

import { actionButton, addStyle, div, liveText, make } from "../shell/dom.js";
import { paintGray } from "../answer/grayscale.js";
import { MEASURED } from "./measured.js";
import { readableContext } from "../pad/paint-drawing.js";
import { createCanvasSteps } from "./canvas-steps.js";
import * as words from "./text.js";

/** @import { Answer, Fit, Picture } from "../worker/protocol.js" */
/** @import { Drawing } from "../pad/strokes.js" */
/** @typedef {Record<"small" | "ink" | "seen", Uint8Array>} Stages */
/**
 * @typedef {object} Page
 * @property {(picture: Picture, without: string[]) => Promise<{stages: Stages, answer: Answer}>} ask
 * @property {(drawing: Drawing) => Picture} rasterize  with every step
 * @property {() => void} onChange  the steps have changed: ask for another answer
 */

/** The steps, as in nnweb/images/stages.py, and the image in Python's reply after each. */
const STAGE_AFTER = /** @type {const} */ ({
  size: null,
  average: "small",
  threshold: "ink",
  centre: "seen",
});
const STEPS = /** @type {(keyof typeof STAGE_AFTER)[]} */ (Object.keys(STAGE_AFTER));

/** The steps that fit = "canvas" skips. */
const FIT_STEPS = ["size", "centre"];

const BLACK_ON_WHITE = { background: [255, 255, 255], ink: [0, 0, 0] };
const TILE_SIDE = 112; // pixels

/** @param {HTMLDetailsElement} details  @param {Page} page */
export async function createStepsPanel(details, { ask, rasterize, onChange }) {
  const canvasSteps = createCanvasSteps(rasterize);
  const skipped = /** @type {Set<string>} */ (new Set());
  /** @type {Record<string, HTMLElement>} */
  const tiles = Object.fromEntries(["drawn", ...STEPS].map((name) => [name, tile(name)]));
  const measured = make("p", { class: "measured" });
  const message = liveText("status");
  const buttons = div(
    "buttons",
    actionButton("all", words.ALL),
    actionButton("none", words.NONE),
  );
  await addStyle("steps.css");
  details.append(
    make("p", {}, words.LEAD),
    make("ol", { "aria-label": words.TILES }, ...Object.values(tiles)),
    buttons,
    message,
    measured,
  );

  /** @param {Iterable<string>} steps  to skip, instead of those skipped now */
  function skip(steps) {
    skipped.clear();
    for (const step of steps) skipped.add(step);
    for (const step of STEPS) {
      checkbox(step).checked = !skipped.has(step);
      tiles[step].dataset.there = String(!skipped.has(step));
    }
    message.textContent = words.skippedWords([...skipped]);
    onChange();
  }

  const checkbox = (/** @type {string} */ step) =>
    /** @type {HTMLInputElement} */ (tiles[step].querySelector("input"));
  details.addEventListener("change", () =>
    skip(STEPS.filter((step) => !checkbox(step).checked)),
  );
  buttons.addEventListener("click", ({ target }) => {
    const action = target instanceof HTMLElement ? target.dataset.do : undefined;
    if (action !== undefined) skip(action === "all" ? [] : STEPS);
  });
  details.addEventListener("toggle", onChange);

  /** @param {string} name  @returns {CanvasRenderingContext2D} */
  const contextOf = (name) =>
    readableContext(/** @type {HTMLCanvasElement} */ (tiles[name].querySelector("canvas")));

  /** @param {string} name  of a tile  @param {CanvasImageSource} image */
  function copy(name, image) {
    const context = contextOf(name);
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, TILE_SIDE, TILE_SIDE);
  }

  return {
    /** Whether the panel is open: then `ask` answers instead of the recognizer. */
    get open() {
      return details.open;
    },
    /**
     * The image to ask about, for the current drawing.
     * @param {Drawing} drawing
     * @param {HTMLCanvasElement} canvas  of the pad
     */
    prepare(drawing, canvas) {
      copy("drawn", canvas);
      const picture = canvasSteps.image(drawing, skipped);
      copy("size", canvasSteps.canvas);
      return picture;
    },
    /** @param {Picture} picture  from `prepare` */
    async ask(picture) {
      const { stages, answer } = await ask(picture, [...skipped]);
      for (const [step, name] of Object.entries(STAGE_AFTER)) {
        const canvas = tiles[step].querySelector("canvas");
        if (name !== null && canvas) paintGray(canvas, stages[name], BLACK_ON_WHITE);
      }
      return answer;
    },
    /** Skip the steps that `fit` skips. @param {Fit} fit */
    setFit(fit) {
      const others = [...skipped].filter((step) => !FIT_STEPS.includes(step));
      skip(fit === "canvas" ? [...others, ...FIT_STEPS] : others);
    },
    /** A note for the answer if steps are skipped, else "". */
    note: () => (details.open && skipped.size > 0 ? words.skippedNote(skipped.size) : ""),
    /** Show the accuracies of another network. @param {string} name */
    setNetwork(name) {
      const shares = MEASURED.networks[name];
      for (const step of STEPS) {
        const note = /** @type {HTMLElement} */ (tiles[step].querySelector("small"));
        const share = shares === undefined ? "" : words.tenths.format(shares[step]);
        note.textContent = share === "" ? "" : words.fill(words.WITHOUT_IT, { share });
      }
      measured.textContent =
        shares === undefined
          ? words.NOT_MEASURED
          : words.measuredWords(name, MEASURED.digits, shares.all, shares.none);
    },
  };
}

/** An image; if a step made it, with that step's switch. @param {string} name */
function tile(name) {
  const [title, text] = [words.NAMES[name], words.TEXTS[name]];
  const size = { width: TILE_SIDE, height: TILE_SIDE };
  const canvas = make("canvas", { ...size, role: "img", "aria-label": title });
  if (!Object.hasOwn(STAGE_AFTER, name)) {
    return make("li", {}, canvas, make("b", {}, title), make("span", {}, text));
  }
  return make(
    "li",
    { "data-there": "true" },
    canvas,
    make("label", {}, make("input", { type: "checkbox", checked: true }), title),
    make("span", {}, text),
    make("small"),
  );
}
