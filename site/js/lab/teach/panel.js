/** The Teach panel: fine-tunes a network on a person's own drawings. Owns #lab-teach. */

import { createRasterizer } from "../../pad/rasterize.js";
import { createCollection } from "./collection.js";
import * as drawings from "./drawings.js";
import { createFineTuning } from "./fine-tune.js";
import { createOutcome } from "./outcome.js";
import { ask, warm } from "../worker/client.js";
import { fill } from "./view.js";
import { finder, putText } from "../../shell/dom.js";
import { areDigits, DIGITS } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Stored } from "./drawings.js" */
/** @import { Create } from "../lab.js" */
/** @import { Mode } from "./fine-tune.js" */

/** @type {Create} */
export async function createTeach(element, page) {
  fill(element);
  const find = finder(element);
  const start = find("[data-do=teach]", HTMLButtonElement);
  const stop = find("[data-do=stop]", HTMLButtonElement);
  const mode = find(".tuning select", HTMLSelectElement);
  const bar = find("progress", HTMLProgressElement);
  const tuning = createFineTuning(ask, paint);
  const outcome = createOutcome(find(".tuning"), page, tuning);
  const collection = createCollection(find(".drawings"), page);
  const rasterize = createRasterizer(document.createElement("canvas"));
  let examples = /** @type {Stored[]} */ ([]); // the drawings of the current run

  drawings.onChange(paint);
  page.onNetwork(paint);
  start.addEventListener("click", teach);
  stop.addEventListener("click", () => tuning.stop());

  const labels = () => page.network()?.labels ?? [];

  /** The drawings that can be mixed with MNIST's. */
  const digits = () => drawings.all().filter(({ label }) => DIGITS.includes(label));

  async function teach() {
    const network = page.network();
    if (network === null) return outcome.say(words.NO_NETWORK_YET);
    outcome.begin();
    examples = digits();
    const source = page.source();
    const load = async () => {
      const loading = examples.map(async (one) => ({
        label: one.label,
        picture: rasterize(await drawings.drawingOf(one), network.fit),
      }));
      const weights = await source.read(() => {});
      return { weights, examples: await Promise.all(loading) };
    };
    try {
      await tuning.start(load, /** @type {Mode} */ (mode.value));
    } catch (error) {
      outcome.say(words.because(words.NOT_TUNED, error));
    }
  }

  function paint() {
    const { state, report } = tuning;
    const busy = state === "loading" || state === "learning";
    element.dataset.tuning = state;
    collection.paint(answers(), labels());
    const isOther = labels().length > 0 && !areDigits(labels());
    find(".tuning").hidden = isOther;
    putText(find(".lead"), isOther ? words.TEACH.other : words.TEACH.lead);
    start.disabled = busy || digits().length === 0;
    stop.disabled = !busy;
    mode.disabled = busy;
    bar.value = report === null ? 0 : state === "done" ? 1 : report.step / report.steps;
    const error = drawings.storageError();
    const notice = error === null ? "" : words.because(words.ONLY_FOR_NOW, error);
    putText(find(".notice"), notice);
    outcome.paint();
  }

  /** The network's answers to the drawings, before and after, by the drawing's id. */
  function answers() {
    const { before, after = null } = tuning.report ?? {};
    const label = (/** @type {number} */ answer) => (answer < 0 ? "" : String(answer));
    return new Map(
      (before?.answers ?? []).map((answer, i) => [
        examples[i].id,
        { before: label(answer), after: after === null ? null : label(after.answers[i]) },
      ]),
    );
  }

  await drawings.load();
  paint();
  warm();
  return {};
}
