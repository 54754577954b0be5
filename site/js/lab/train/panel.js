/** The Train panel. Owns #lab-train. */

import { createCharts } from "./chart.js";
import { addStyle, finder, make, putText } from "../../shell/dom.js";
import { createForm } from "./form.js";
import { createKeep } from "./keep.js";
import { createUseSwitch } from "./use-while-training.js";
import * as worker from "../worker/client.js";
import * as storage from "../../shell/storage.js";
import { fill } from "./view.js";
import { createTraining } from "./session.js";
import { BadSettings } from "./settings.js";
import { areDigits } from "../../text/labels.js";
import * as words from "./text.js";

/** @import { Create } from "../lab.js" */

/** @type {Create} */
export async function createTrain(element, page) {
  await addStyle("train.css");
  fill(element);
  const find = finder(element);
  const button = buttonsOf(element);
  const training = createTraining(worker, storage, {
    onChange: paint,
    onError,
    onUnsaved: (error) => say(words.because(words.NOT_STORED, error)),
  });
  const form = createForm(find(".hyperparameters", HTMLFormElement), {
    onChange: () => page.address.set({ settings: form.text() }, { push: true }),
    onLive: (choices) => training.change(choices).catch(onError),
  });
  const useSwitch = createUseSwitch(find(".on-pad"), page, training);
  const keep = createKeep(element, training, page, say);
  const paintRun = createRunView(element, training);
  const offerResume = createResumeOffer(element, training, (choices) => {
    form.fill(choices);
    page.address.set({ settings: form.text() });
  });
  let painted = training.state;
  let problem = "";

  button("start").addEventListener("click", async () => {
    if (training.state === "running") return training.pause();
    if (training.state === "paused" || (await begin())) await training.go();
  });
  button("step").addEventListener("click", async () => {
    if (training.state === "paused" || (await begin())) await training.step();
  });
  button("stop").addEventListener("click", async () => {
    await training.stop();
    if (training.state === "idle") offerResume(); // it was loading
  });
  button("reset").addEventListener("click", () => {
    if (!keep.isKept() && !confirm(words.DISCARD_ASKED)) return;
    form.apply(null);
    training.reset();
  });

  /** Starts a new run; whether that succeeded. */
  async function begin() {
    const choices = form.choices();
    if (choices === null) return false;
    say("");
    let shown;
    try {
      if (choices.start === "shown") shown = await page.source().read(() => {});
    } catch (error) {
      onError(error);
      return false;
    }
    find(".resume").hidden = true;
    return training.start(choices, shown);
  }

  /** Fill in the settings of the address. */
  function readAddress() {
    try {
      form.read(page.address.get("settings"));
      say("");
    } catch (error) {
      if (!(error instanceof BadSettings)) throw error;
      say(words.fill(words.BAD_SETTINGS, { got: error.got, expected: error.expected }));
    }
  }

  /** @param {string} text */
  function say(text) {
    problem = text;
    find(".notice").textContent = text;
  }

  /** @param {unknown} error */
  function onError(error) {
    if (error instanceof Error && error.name === "Abandoned") return;
    say(words.trainingProblem(error));
    paint();
    if (training.state === "idle") offerResume();
  }

  function paint() {
    const { state, about, progress } = training;
    const isRun = state !== "idle" && state !== "loading";
    form.apply(isRun ? (about?.choices ?? null) : null);
    paintRun();
    if (state !== painted) {
      if (painted === "loading" && isRun) form.applyLive(); // what was changed meanwhile
      painted = state;
      if (state !== "idle" && problem !== "" && state !== "stopped") say("");
      find(".status").textContent = words.stateWords(state, about, progress);
    }
    keep.refresh();
    useSwitch.refresh();
  }

  /** MNIST's digits can only train a network for digits. */
  function offerShown() {
    form.allowShown(areDigits(page.labels()));
  }

  page.onNetwork(offerShown);
  offerShown();
  page.address.listen((isLink) => {
    if (isLink && page.address.get("settings") === null) {
      page.address.set({ settings: form.text() }); // it is about something else
      return;
    }
    readAddress();
    if (!isLink) form.applyLive(); // "back" undoes a change also in the run
  });
  readAddress();
  await offerResume();
  paint();
  worker.warm();
  return {};
}

/** The panel's buttons by data-do. @param {HTMLElement} element */
const buttonsOf = (element) => (/** @type {string} */ name) =>
  finder(element)(`[data-do="${name}"]`, HTMLButtonElement);

/** @typedef {ReturnType<typeof createTraining>} Training */

/**
 * Buttons, progress and charts of the run; returns the function that paints them.
 * @param {HTMLElement} element
 * @param {Training} training
 */
function createRunView(element, training) {
  const find = finder(element);
  const button = buttonsOf(element);
  const bar = find("progress", HTMLProgressElement);
  const charts = createCharts(find(".loss"), find(".accuracy"));
  const lossCaption = find("figure:has(.loss) figcaption");

  return function paint() {
    const { state, about, progress, loaded, marks } = training;
    element.dataset.training = state;
    putText(button("start"), words.startWords(state));
    button("start").disabled = state === "loading";
    button("step").disabled = state === "loading" || state === "running";
    button("stop").disabled = state === "idle" || state === "stopped";
    button("reset").disabled = state === "idle";
    find(".on-pad").hidden = about === null;
    const facts = find(".facts");
    if (state === "loading") {
      bar.value = loaded.total === 0 ? 0 : loaded.loaded / loaded.total;
      facts.textContent = words.digitsWords(loaded.loaded, loaded.total);
    } else {
      const isRun = progress !== null && about !== null;
      bar.value = progress === null ? 0 : progress.done / progress.epochs;
      facts.textContent = isRun ? words.progressWords(state, about, progress) : "";
    }
    putText(lossCaption, words.lossCaption(about));
    charts.show(training);
    paintMarks(marks.map(words.markWords));
  };

  /** @param {string[]} texts */
  function paintMarks(texts) {
    const list = find(".marks");
    if (texts.length === list.children.length && texts.at(-1) === list.lastChild?.textContent) {
      return;
    }
    list.replaceChildren(...texts.map((text) => make("li", {}, text)));
  }
}

/**
 * Returns a function that offers to resume the run that was interrupted, if there is one.
 * @param {HTMLElement} element
 * @param {Training} training
 * @param {ReturnType<typeof createForm>["fill"]} fillForm
 */
function createResumeOffer(element, training, fillForm) {
  const button = buttonsOf(element);
  const box = finder(element)(".resume");
  const stored = () => training.saved().catch(() => undefined);

  button("resume").addEventListener("click", async () => {
    const saved = await stored();
    box.hidden = true;
    if (saved === undefined) return;
    fillForm(saved.about.choices);
    if (await training.resume(saved)) await training.go();
  });
  button("forget").addEventListener("click", () => {
    box.hidden = true;
    training.forget();
  });

  return async function offer() {
    const saved = await stored();
    box.hidden = saved === undefined;
    if (saved !== undefined) finder(box)("p").textContent = words.leftWords(saved);
  };
}
