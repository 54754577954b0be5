/** The guided tour: steps with the learner's own drawing. Owns #lab-tour. */

import { decode } from "../../pad/drawing-codec.js";
import { sampleDigit } from "../../pad/sample-digits.js";
import { followDrawing } from "../follow-drawing.js";
import { actionButton, addStyle, div, liveText, make } from "../../shell/dom.js";
import { createLayers, createSoftmax } from "./forward-steps.js";
import { createInput, createPixels } from "./image-steps.js";
import { createDescent, createLabel, createLoss } from "./training-steps.js";
import { createTourClient } from "./client.js";
import { onSwipe } from "./swipe.js";
import { areDigits } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Create } from "../lab.js" */
/** @import { Stroke } from "../../pad/strokes.js" */
/** @import { Look } from "./client.js" */
/** @typedef {{element: HTMLElement, show: (look: Look) => void}} Step */

/** The steps, in their order: the field "step" of the address. */
const NAMES = /** @type {(keyof typeof words.TITLES)[]} */ ([
  "pixels",
  "input",
  "layers",
  "softmax",
  "loss",
  "descent",
]);

/** The digit of the button "Draw a 3 for me". */
const SAMPLE = 3;

/** Between a 4 and a 9, encoded as in links. */
const DOUBTFUL = "1s_0nBgVhCafMHOWIYOMQIIQJQJMDSLQPSRSNMRKNWZUVJAtBM.g0BgVQgYxBwD";

/** From this probability of the answer on, the steps from softmax on show little. */
const CLEAR = 0.9;

/** Elements that use the arrow keys themselves. */
const ARROW_KEY_USERS = "input, select, canvas";

/** @param {Element} element */
function usesArrowKeys(element) {
  const scroller = element.closest(".scroll");
  const scrolls = scroller !== null && scroller.scrollWidth > scroller.clientWidth;
  return scrolls || element.closest(ARROW_KEY_USERS) !== null;
}

/** @type {Create} */
export async function createTour(element, page) {
  await addStyle("tour.css");
  const client = createTourClient(page);
  const label = createLabel();
  /** @type {Step[]} */
  const steps = [
    createPixels(),
    createInput(page.showSteps),
    createLayers(),
    createSoftmax(client.ask, fail),
    createLoss(client.ask, fail, label),
    createDescent(client.ask, fail, label),
  ];
  const back = actionButton("back", words.BACK);
  const next = actionButton("next", words.NEXT, { class: "main" });
  const position = make("p", { class: "place" });
  const title = make("h3", { tabindex: "-1" });
  const text = make("p", { class: "lead" });
  const status = liveText("status");
  const draw = actionButton("sample", words.fill(words.TAKE_SAMPLE, { label: SAMPLE }));
  const doubt = actionButton("doubt", words.SHOW_DOUBTFUL);
  const body = make("div", { class: "body", hidden: true }, ...steps.map((s) => s.element));
  element.replaceChildren(
    div("navigation", back, make("div", {}, title, position), next),
    text,
    status,
    draw,
    doubt,
    body,
  );
  let at = 0;
  let look = /** @type {Look | null} */ (null);
  let own = page.drawing(); // the one that the doubtful example has replaced
  let sample = /** @type {Stroke[] | null} */ (null); // of the doubtful example

  page.onNetwork(client.forget);
  const following = followDrawing(page, {
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
      offerDoubtful();
      steps[at].show(reply);
    },
    fail,
    empty,
    pause: 120,
  });
  back.addEventListener("click", () => go(at - 1));
  next.addEventListener("click", () => go(at + 1));
  draw.addEventListener("click", () => {
    page.put({ strokes: sampleDigit(SAMPLE), picture: null });
    title.focus(); // the button disappears
  });
  doubt.addEventListener("click", () => {
    if (isSample()) return page.put(own);
    own = page.drawing();
    page.put({ strokes: decode(DOUBTFUL), picture: null });
    sample = page.strokes();
    offerDoubtful();
  });
  element.addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (move === undefined || altKey || ctrlKey || metaKey || shiftKey) return;
    if (usesArrowKeys(/** @type {Element} */ (target))) return;
    event.preventDefault();
    go(at + move);
  });
  onSwipe(element, (move) => go(at + move));
  page.address.listen(followAddress);

  /** @param {number} to */
  function go(to) {
    if (to < 0 || to >= steps.length) return;
    page.address.set({ step: NAMES[to] }, { push: true });
    show(to);
    title.focus();
  }

  function followAddress() {
    const named = NAMES.findIndex((name) => name === page.address.get("step"));
    show(Math.max(named, 0));
  }

  /** @param {number} place */
  function show(place) {
    at = place;
    position.textContent = words.fill(words.PLACE, { at: at + 1, count: steps.length });
    title.textContent = words.TITLES[NAMES[at]];
    text.textContent = words.TEXTS[NAMES[at]];
    back.disabled = at === 0;
    next.disabled = at === steps.length - 1;
    steps.forEach((step, i) => (step.element.hidden = i !== at));
    offerDoubtful();
    if (look !== null && page.picture() !== null) steps[at].show(look);
  }

  const isSample = () => page.strokes() === sample;

  /** Offers a doubtful example where a clear one would show little. */
  function offerDoubtful() {
    const isClear = look !== null && Math.max(...look.probabilities) >= CLEAR;
    const canShow = at >= NAMES.indexOf("softmax") && areDigits(look?.labels ?? []);
    doubt.hidden = !(canShow && (isClear || isSample()));
    doubt.textContent = isSample() ? words.OWN_DRAWING : words.SHOW_DOUBTFUL;
  }

  function empty() {
    look = null;
    body.hidden = true;
    doubt.hidden = true;
    const network = page.network();
    draw.hidden = network !== null && !areDigits(network.labels);
    status.textContent = words.BLANK_PAPER;
  }

  /** @param {unknown} error */
  function fail(error) {
    client.forget(); // the next drawing opens the network again
    status.textContent = words.because(words.NOT_SHOWN, error);
  }

  followAddress();
  following.settle();
  return {
    visible(visible) {
      if (visible) followAddress(); // "How does it know?" starts at the first step
      following.visible(visible);
    },
  };
}
