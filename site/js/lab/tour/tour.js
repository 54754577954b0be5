/** The guided tour: five steps with the learner's own drawing. Owns #lab-tour. */

import { followDrawing } from "../follow-drawing.js";
import { actionButton, addStyle, div, liveText, make } from "../../shell/dom.js";
import { createLayers, createSoftmax } from "./forward-steps.js";
import { createPixels } from "./pixels-step.js";
import { createDescent, createLabel, createLoss } from "./training-steps.js";
import { createTourClient } from "./client.js";
import { areDigits } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Create } from "../lab.js" */
/** @import { Look } from "./client.js" */
/** @typedef {{element: HTMLElement, show: (look: Look) => void}} Step */

/** The steps, in their order. */
const NAMES = /** @type {(keyof typeof words.TITLES)[]} */ ([
  "pixels",
  "layers",
  "softmax",
  "loss",
  "descent",
]);

/** The digit of the button "Draw a 3 for me". */
const SAMPLE = 3;

/** Elements that use the arrow keys themselves. */
const ARROW_KEY_USERS = "input, select, canvas";

/** @type {Create} */
export async function createTour(element, page) {
  await addStyle("tour.css");
  const client = createTourClient(page);
  const label = createLabel();
  /** @type {Step[]} */
  const steps = [
    createPixels(page.showSteps),
    createLayers(),
    createSoftmax(client.ask, fail),
    createLoss(client.ask, fail, label),
    createDescent(client.ask, fail, label),
  ];
  const back = actionButton("back", words.BACK);
  const next = actionButton("next", words.NEXT);
  const position = make("p", { class: "place" });
  const title = make("h3", { tabindex: "-1" });
  const text = make("p", { class: "lead" });
  const status = liveText("status");
  const draw = actionButton("sample", words.fill(words.TAKE_SAMPLE, { label: SAMPLE }));
  const body = make("div", { class: "body", hidden: true }, ...steps.map((s) => s.element));
  element.replaceChildren(
    div("navigation", back, position, next),
    title,
    text,
    status,
    draw,
    body,
  );
  let at = 0;
  let look = /** @type {Look | null} */ (null);

  page.onNetwork(client.forget);
  const { settle, visible } = followDrawing(page, {
    look() {
      draw.hidden = true;
      return client.drawing();
    },
    ask(drawing) {
      if (look === null) status.textContent = words.LOADING_TOUR;
      return client.look(drawing);
    },
    show(reply) {
      look = reply;
      status.textContent = "";
      body.hidden = false;
      steps[at].show(reply);
    },
    fail,
    empty,
    pause: 120,
  });
  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => go(at + 1));
  draw.addEventListener("click", async () => {
    const { sampleDigit } = await import("../../pad/sample-digits.js");
    page.put({ strokes: sampleDigit(SAMPLE), picture: null });
    title.focus(); // the button disappears
  });
  element.addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (move === undefined || altKey || ctrlKey || metaKey || shiftKey) return;
    if (/** @type {Element} */ (target).closest(ARROW_KEY_USERS) !== null) return;
    event.preventDefault();
    go(at + move);
  });

  /** @param {number} to */
  function go(to) {
    if (to < 0 || to >= steps.length) return;
    at = to;
    paintStep();
    title.focus();
    if (look !== null && page.picture() !== null) steps[at].show(look);
  }

  function paintStep() {
    position.textContent = words.fill(words.PLACE, { at: at + 1, count: steps.length });
    title.textContent = words.TITLES[NAMES[at]];
    text.textContent = words.TEXTS[NAMES[at]];
    back.disabled = at === 0;
    next.disabled = at === steps.length - 1;
    steps.forEach((step, i) => (step.element.hidden = i !== at));
  }

  function empty() {
    look = null;
    body.hidden = true;
    const network = page.network();
    draw.hidden = network !== null && !areDigits(network.labels);
    status.textContent = words.BLANK_PAPER;
  }

  /** @param {unknown} error */
  function fail(error) {
    client.forget(); // the next drawing opens the network again
    status.textContent = words.because(words.NOT_SHOWN, error);
  }

  paintStep();
  settle();
  return { visible };
}
