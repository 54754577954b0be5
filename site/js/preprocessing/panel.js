// @ts-check
/**
 * The way from the drawing to what the network sees, step by step, each of which can be
 * left out: then the page's answer is one without it. Owns #steps but its summary.
 */

import { addStyle, does, make } from "../shell/dom.js";
import { paintGreys } from "../answer/grayscale.js";
import { MEASURED } from "./measured.js";
import { paperOf } from "../pad/brush.js";
import { createSheets } from "./canvas-steps.js";
import * as words from "./text.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */
/** @typedef {import("../worker/protocol.js").Fit} Fit */
/** @typedef {import("../worker/protocol.js").Picture} Picture */
/** @typedef {import("../pad/strokes.js").Drawing} Drawing */
/** @typedef {Record<"small" | "ink" | "seen", Uint8Array>} Stages */
/**
 * @typedef {object} Page
 * @property {(picture: Picture, without: string[]) => Promise<{stages: Stages, answer: Answer}>} ask
 * @property {(drawing: Drawing) => Picture} rasterise  with every step
 * @property {() => void} again  the drawing wants another answer
 */

/** What can be left out, as nnweb/images/stages.py has it, and the picture that each makes. */
const MAKES = /** @type {const} */ ({
  size: null,
  average: "small",
  threshold: "ink",
  centre: "seen",
});
const STEPS = /** @type {(keyof typeof MAKES)[]} */ (Object.keys(MAKES));

/** Those that the other choice of the page, "as drawn", leaves out. */
const FIT = ["size", "centre"];

const BLACK_ON_WHITE = { paper: [255, 255, 255], ink: [0, 0, 0] };
const SHOWN = 112; // pixels of a sheet as it is shown

/**
 * @param {HTMLDetailsElement} details
 * @param {Page} page
 */
export async function createSteps(details, { ask, rasterise, again }) {
  const sheets = createSheets(rasterise);
  /** @type {Set<string>} */
  const without = new Set();
  /** @type {Record<string, HTMLElement>} */
  const tiles = Object.fromEntries(["drawn", ...STEPS].map((name) => [name, tile(name)]));
  const measured = make("p", { class: "measured" });
  const said = make("p", { class: "said", role: "status" });
  const buttons = make(
    "div",
    { class: "buttons" },
    does("all", words.ALL),
    does("none", words.NONE),
  );
  await addStyle("steps.css");
  details.append(
    make("p", {}, words.LEAD),
    make("ol", { "aria-label": words.TILES }, ...Object.values(tiles)),
    buttons,
    said,
    measured,
  );

  /** @param {Iterable<string>} steps  that are to be left out, and no others */
  function leaveOut(steps) {
    without.clear();
    for (const step of steps) without.add(step);
    for (const step of STEPS) {
      box(step).checked = !without.has(step);
      tiles[step].dataset.there = String(!without.has(step));
    }
    said.textContent = words.leftOut([...without]);
    again();
  }

  const box = (/** @type {string} */ step) =>
    /** @type {HTMLInputElement} */ (tiles[step].querySelector("input"));
  details.addEventListener("change", () =>
    leaveOut(STEPS.filter((step) => !box(step).checked)),
  );
  buttons.addEventListener("click", ({ target }) => {
    const what = target instanceof HTMLElement ? target.dataset.do : undefined;
    if (what !== undefined) leaveOut(what === "all" ? [] : STEPS);
  });
  details.addEventListener("toggle", again);

  /** @param {string} name  @returns {CanvasRenderingContext2D} */
  const paperOn = (name) =>
    paperOf(/** @type {HTMLCanvasElement} */ (tiles[name].querySelector("canvas")));

  /** @param {string} name  @param {CanvasImageSource} sheet */
  function copy(name, sheet) {
    const context = paperOn(name);
    context.imageSmoothingQuality = "high";
    context.drawImage(sheet, 0, 0, SHOWN, SHOWN);
  }

  return {
    /** Whether the steps are looked at: then answers are had by `ask`. */
    get open() {
      return details.open;
    },
    /**
     * What is to be asked about, of a drawing as it is now.
     * @param {Drawing} drawing
     * @param {HTMLCanvasElement} paper  that it is drawn on
     */
    look(drawing, paper) {
      copy("drawn", paper);
      const picture = sheets.picture(drawing, without);
      copy("size", sheets.sheet);
      return picture;
    },
    /** @param {Picture} picture  from `look` */
    async ask(picture) {
      const { stages, answer } = await ask(picture, [...without]);
      for (const [step, name] of Object.entries(MAKES)) {
        const canvas = tiles[step].querySelector("canvas");
        if (name !== null && canvas) paintGreys(canvas, stages[name], BLACK_ON_WHITE);
      }
      return answer;
    },
    /** The page sees the drawing centred, or as drawn. @param {Fit} fit */
    fit(fit) {
      const others = [...without].filter((step) => !FIT.includes(step));
      leaveOut(fit === "canvas" ? [...others, ...FIT] : others);
    },
    /** What is said beside an answer: that it is one without this or that. */
    note: () => (details.open && without.size > 0 ? words.shortOf(without.size) : ""),
    /** Another network is in use. @param {string} name */
    network(name) {
      const shares = MEASURED.networks[name];
      for (const step of STEPS) {
        const note = /** @type {HTMLElement} */ (tiles[step].querySelector("small"));
        note.textContent = shares === undefined ? "" : words.withoutIt(shares[step]);
      }
      measured.textContent =
        shares === undefined
          ? words.NOT_MEASURED
          : words.measuredWords(name, MEASURED.digits, shares.all, shares.none);
    },
  };
}

/** A picture, and where a step made it the switch of that. @param {string} name */
function tile(name) {
  const { name: title, text } = words.tileWords(name);
  const size = String(SHOWN);
  const canvas = make("canvas", { width: size, height: size, role: "img", "aria-label": title });
  if (!Object.hasOwn(MAKES, name)) {
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
