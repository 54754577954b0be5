/** The Teach panel: fine-tunes a network on a person's own drawings. Owns #lab-teach. */

import { createRasterizer } from "../../pad/rasterize.js";
import { createCollection } from "./collection.js";
import * as drawings from "./drawings.js";
import { createFineTuning } from "./fine-tune.js";
import { teachable } from "./lesson.js";
import { createOutcome } from "./outcome.js";
import { createTaughtNetwork } from "./taught-network.js";
import { ask, warm } from "../worker/client.js";
import { fill } from "./view.js";
import * as networks from "../../networks/saved-networks.js";
import { flatten, isDot } from "../../pad/strokes.js";
import { finder, putText } from "../../shell/dom.js";
import { haveDigits, NO_LABEL } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Stored } from "./drawings.js" */
/** @import { Create } from "../lab.js" */
/** @import { Example, Mode } from "./fine-tune.js" */
/** @import { Fit } from "../../worker/protocol.js" */

/** Of a lesson: the field "lesson" of the address, left out for the first. @type {Mode[]} */
const MODES = ["careful", "hard"];

/** @type {Create} */
export async function createTeach(element, page) {
  fill(element);
  const find = finder(element);
  const start = find("[data-do=teach]", HTMLButtonElement);
  const stop = find("[data-do=stop]", HTMLButtonElement);
  const forget = find("[data-do=forget]", HTMLButtonElement);
  const mode = find(".tuning select", HTMLSelectElement);
  const bar = find("progress", HTMLProgressElement);
  const tuning = createFineTuning(ask, paint);
  const taught = createTaughtNetwork(page, tuning);
  const outcome = createOutcome(find(".tuning"), taught, tuning);
  const collection = createCollection(element, page);
  const rasterize = createRasterizer(document.createElement("canvas"));
  let examples = /** @type {Stored[]} */ ([]); // the drawings of the current run
  let shown = tuning.state;

  drawings.onChange(paint);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") drawings.reload();
  });
  page.onNetwork(paint);
  start.addEventListener("click", teach);
  stop.addEventListener("click", () => tuning.stop());
  mode.addEventListener("change", () =>
    page.address.set({ lesson: mode.value === MODES[0] ? null : mode.value }, { push: true }),
  );
  page.address.listen(readAddress);
  forget.addEventListener("click", () =>
    forgetAll().catch((error) => outcome.say(words.sentenceOf(error))),
  );

  /** Shows the label and the mode of the address. */
  function readAddress() {
    mode.value = MODES.find((name) => name === page.address.get("lesson")) ?? MODES[0];
    collection.readAddress();
  }

  /** What the network of the next lesson can be taught. */
  function lesson() {
    const base = taught.next();
    return base === null ? [] : teachable(drawings.all(), base.network);
  }

  async function teach() {
    examples = lesson();
    const base = taught.begin();
    if (base === null) return outcome.say(words.NO_NETWORK_YET);
    outcome.say("");
    showLast();
    const load = async () => ({
      examples: await Promise.all(examples.map((one) => exampleOf(one, base.network.fit))),
      weights: await base.source.read(() => {}),
    });
    try {
      await tuning.start(load, /** @type {Mode} */ (mode.value));
    } catch (error) {
      taught.drop();
      outcome.say(words.because(words.NOT_TUNED, error));
    }
  }

  /** A blank pad shows the last drawing, whose answer will change. */
  function showLast() {
    const { strokes, picture } = examples[examples.length - 1];
    if (page.picture() === null && picture === null) page.put({ strokes, picture });
  }

  /** @param {Stored} one  @param {Fit} fit  @returns {Promise<Example>} */
  async function exampleOf(one, fit) {
    const drawing = await drawings.drawingOf(one);
    // a dot is not enlarged, so that its tremor does not become a shape
    const hasLines = drawing.picture === null && !isDot(drawing.strokes);
    const strokes = flatten(hasLines ? drawing.strokes : []);
    return { label: one.label, picture: rasterize(drawing, fit), ...strokes };
  }

  /** Forgets the drawings, the lesson and the networks that it has made, if the person agrees. */
  async function forgetAll() {
    await drawings.reload();
    const all = drawings.all();
    const kept = drawings.storageError() === null ? await networks.taught() : [];
    if (!confirm(words.forgetAsked(all.length, kept))) return;
    taught.drop();
    tuning.reset();
    await Promise.all([drawings.remove(all), networks.forget(kept)]);
    collection.forget();
    outcome.say(words.FORGOTTEN);
  }

  function paint() {
    const { state, report } = tuning;
    const busy = state === "loading" || state === "learning";
    const labels = page.network()?.labels ?? [];
    element.dataset.tuning = state;
    collection.paint(answers(), labels, page.network()?.can_reject ?? false);
    const isOther = labels.length > 0 && !haveDigits(labels);
    find(".tuning").hidden = isOther;
    putText(find(".lead"), isOther ? words.TEACH.other : words.TEACH.lead);
    start.disabled = busy || lesson().length === 0;
    stop.disabled = !busy;
    mode.disabled = busy;
    forget.disabled = drawings.all().length === 0 && report === null;
    bar.value = report === null ? 0 : state === "done" ? 1 : report.step / report.steps;
    const error = drawings.storageError();
    const notice = error === null ? "" : words.because(words.ONLY_FOR_NOW, error);
    putText(find(".notice"), notice);
    outcome.paint();
    follow();
  }

  /** Has the network on the page follow the lesson. */
  function follow() {
    const { state } = tuning;
    if (state === "learning" && shown !== state) taught.use();
    else if (state === "learning") taught.refresh(false);
    else if (state === "done" && shown !== state) taught.refresh(true);
    shown = state;
  }

  /** The network's answers to the drawings, before and after, by the drawing's id. */
  function answers() {
    const { before, after = null, labels = [] } = tuning.report ?? {};
    const label = (/** @type {number} */ answer) => (answer < 0 ? NO_LABEL : labels[answer]);
    return new Map(
      (before?.answers ?? []).map((answer, i) => [
        examples[i].id,
        { before: label(answer), after: after === null ? null : label(after.answers[i]) },
      ]),
    );
  }

  await drawings.load();
  paint();
  readAddress();
  warm();
  return {};
}
