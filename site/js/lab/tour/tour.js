// @ts-check
/** The guided tour: seven steps on the learner's own drawing. Owns #lab-tour. */

import { createLive } from "../../worker/latest-only.js";
import { does, make } from "../../shell/dom.js";
import { addStyle } from "../../shell/stylesheet.js";
import { createCentring, createPixels, createThreshold } from "./preprocessing-steps.js";
import { createLayers, createSoftmax } from "./forward-steps.js";
import { createDescent, createLabel, createLoss } from "./training-steps.js";
import { createTeacher } from "./client.js";
import * as words from "./text.js";

/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */
/** @typedef {import("./client.js").Look} Look */
/** @typedef {{element: HTMLElement, show: (look: Look) => void}} Step */

/** The steps, in their order. */
const NAMES = /** @type {(keyof typeof words.TITLES)[]} */ ([
  "pixels",
  "threshold",
  "layers",
  "softmax",
  "loss",
  "descent",
  "centring",
]);

/** What is drawn for whoever has drawn nothing. */
const SAMPLE = 3;

/** What walks with the arrow keys itself. */
const WALKING = "input, select, canvas";

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createTour(element, page) {
  await addStyle("tour.css");
  const teacher = createTeacher(page);
  const label = createLabel();
  /** @type {Step[]} */
  const steps = [
    createPixels(),
    createThreshold(teacher.ask, fail),
    createLayers(),
    createSoftmax(teacher.ask, fail),
    createLoss(teacher.ask, fail, label),
    createDescent(teacher.ask, fail, label),
    createCentring(teacher.ask, fail),
  ];
  const back = button("back", words.BACK);
  const next = button("next", words.NEXT);
  const place = make("p", { class: "place" });
  const title = make("h3", { tabindex: "-1" });
  const text = make("p", { class: "lead" });
  const said = make("p", { class: "said", role: "status" });
  const draw = button("sample", words.takeSample(SAMPLE));
  const body = make("div", { class: "body", hidden: true }, ...steps.map((s) => s.element));
  element.replaceChildren(
    make("div", { class: "way" }, back, place, next),
    title,
    text,
    said,
    draw,
    body,
  );
  let at = 0;
  let seen = true;
  /** @type {Look | null} */
  let look = null;

  const live = createLive({
    look: () => (seen ? teacher.drawing() : null),
    ask(drawing) {
      if (look === null) said.textContent = words.COMING;
      return teacher.look(drawing);
    },
    show(reply) {
      look = reply;
      said.textContent = "";
      body.hidden = false;
      steps[at].show(reply);
    },
    fail,
    pause: 120,
  });
  page.onAnswer((answer) => {
    if (!seen) return;
    if (answer === null) empty();
    else follow(live.touch);
  });
  page.onNetwork(() => {
    teacher.forget();
    if (seen) follow(live.settle);
  });
  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => go(at + 1));
  draw.addEventListener("click", async () => {
    const { sample } = await import("../../pad/sample-digits.js");
    page.put({ strokes: sample(SAMPLE), picture: null });
    title.focus(); // the button goes
  });
  element.addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (move === undefined || altKey || ctrlKey || metaKey || shiftKey) return;
    if (/** @type {Element} */ (target).closest(WALKING) !== null) return;
    event.preventDefault();
    go(at + move);
  });

  /** @param {number} to */
  function go(to) {
    if (to < 0 || to >= steps.length) return;
    at = to;
    name();
    title.focus();
    if (look !== null && page.picture() !== null) steps[at].show(look);
  }

  function name() {
    place.textContent = words.placeWords(at + 1, steps.length);
    title.textContent = words.TITLES[NAMES[at]];
    text.textContent = words.TEXTS[NAMES[at]];
    back.disabled = at === 0;
    next.disabled = at === steps.length - 1;
    steps.forEach((step, i) => (step.element.hidden = i !== at));
  }

  /** There may be a drawing. @param {() => void} ask */
  function follow(ask) {
    if (page.picture() === null) return empty();
    draw.hidden = true;
    ask();
  }

  function empty() {
    live.forget();
    look = null;
    body.hidden = true;
    draw.hidden = false;
    said.textContent = words.BLANK_PAPER;
  }

  /** @param {unknown} error */
  function fail(error) {
    teacher.forget(); // the next drawing begins anew
    said.textContent = words.notShown(error);
  }

  name();
  follow(live.settle);
  return {
    visible(visible) {
      seen = visible;
      if (visible) follow(live.settle);
      else live.forget();
    },
  };
}

/** @param {string} what  @param {string} text */
const button = (what, text) => /** @type {HTMLButtonElement} */ (does(what, text));
