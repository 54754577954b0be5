/** The Train panel. Owns #lab-train. */

import { finder } from "../../shell/dom.js";
import { createChart } from "./chart.js";
import { createForm } from "./form.js";
import { createUseSwitch } from "./use-while-training.js";
import * as worker from "../worker/client.js";
import * as networks from "../networks/saved-networks.js";
import * as storage from "../storage.js";
import { fill } from "./view.js";
import { createTraining } from "./session.js";
import * as words from "../text.js";

/** @import { Page, Panel } from "../lab.js" */
/** @import { Saved } from "./session.js" */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createTrain(element, page) {
  fill(element);
  const find = finder(element);
  const button = (/** @type {string} */ name) =>
    find(`[data-do="${name}"]`, HTMLButtonElement);
  const bar = find("progress", HTMLProgressElement);
  const saveForm = find(".save", HTMLFormElement);
  const training = createTraining(worker, storage, {
    onChange: paint,
    onError,
    onUnsaved,
  });
  const form = createForm(
    find(".hyperparameters", HTMLFormElement),
    (choices) => training.change(choices).catch(onError),
  );
  const useSwitch = createUseSwitch(
    find(".on-pad input", HTMLInputElement),
    page,
    training,
  );
  const charts = {
    loss: createChart(find(".loss"), {
      ...words.CHART_WORDS,
      format: words.lossWords,
      range: [0, 0.5],
    }),
    accuracy: createChart(find(".accuracy"), {
      ...words.CHART_WORDS,
      format: words.percent,
      range: [0.8, 1],
    }),
  };
  let painted = training.state;
  let problem = "";
  let savedStep = 0; // of the weights that were last saved by name

  button("start").addEventListener("click", startOrPause);
  button("step").addEventListener("click", async () => {
    if (training.state !== "paused" && !(await begin())) return;
    await training.step();
  });
  button("stop").addEventListener("click", () => training.stop());
  button("reset").addEventListener("click", () => {
    if (!mayDiscard()) return;
    form.apply(null);
    training.reset();
  });
  saveForm.addEventListener("submit", (event) => {
    event.preventDefault();
    save().catch((error) => say(words.because(words.NOT_STORED, error)));
  });

  async function startOrPause() {
    if (training.state === "running") return training.pause();
    if (training.state === "paused" || (await begin())) await training.go();
  }

  /** Starts a new run; whether that succeeded. */
  async function begin() {
    const choices = form.choices();
    if (choices === null || !mayDiscard()) return false;
    say("");
    let shown;
    try {
      if (choices.start === "shown") shown = await page.source().read(() => {});
    } catch (error) {
      onError(error);
      return false;
    }
    offer(undefined);
    return training.start(choices, shown);
  }

  /** Whether nothing unsaved would be lost, or the person agrees. */
  function mayDiscard() {
    const { progress, state } = training;
    if (progress === null || progress.step === 0 || state === "idle") return true;
    return progress.step === savedStep || confirm(words.DISCARD_ASKED);
  }

  async function save() {
    const input = /** @type {HTMLInputElement} */ (saveForm.elements.namedItem("name"));
    const { about } = training;
    if (about === null) return;
    const bytes = await training.weights();
    const name = input.value.trim();
    if (await networks.save(name, bytes, words.networkWords(about))) {
      savedStep = training.progress?.step ?? 0;
      say(words.fill(words.SAVED_AS, { name }));
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
  }

  /** @param {unknown} error */
  function onUnsaved(error) {
    say(words.because(words.NOT_STORED, error));
  }

  function paint() {
    const { state, about, progress, loaded } = training;
    form.apply(state === "idle" ? null : (about?.choices ?? null));
    element.dataset.training = state;
    button("start").textContent = words.startWords(state);
    button("start").disabled = state === "loading";
    button("step").disabled = state === "loading" || state === "running";
    button("stop").disabled = state === "idle" || state === "stopped";
    button("reset").disabled = state === "idle";
    saveForm.hidden = about === null;
    find(".on-pad").hidden = about === null;
    if (state === "loading") {
      bar.value = loaded.total === 0 ? 0 : loaded.loaded / loaded.total;
      find(".facts").textContent = words.digitsWords(loaded.loaded, loaded.total);
    } else {
      bar.value = progress === null ? 0 : progress.done / progress.epochs;
      find(".facts").textContent =
        progress === null || about === null ? "" : words.progressWords(about, progress);
    }
    draw();
    if (state !== painted) {
      painted = state;
      if (state !== "idle" && problem !== "" && state !== "stopped") say("");
      find(".status").textContent = words.stateWords(state, progress);
    }
    useSwitch.refresh();
  }

  function draw() {
    const { points, progress } = training;
    const rows = progress?.rows ?? [];
    const epochs = progress?.epochs ?? 1;
    charts.loss.show(
      points.map(([x, loss]) => [x, loss]),
      rows.map(([x, loss]) => [x, loss]),
      epochs,
    );
    charts.accuracy.show(
      points.map(([x, , right]) => [x, right]),
      rows.map(([x, , right]) => [x, right]),
      epochs,
    );
  }

  /** Offers to resume a stored run, if there is one. @param {Saved | undefined} saved */
  function offer(saved) {
    find(".resume").hidden = saved === undefined;
    if (saved !== undefined) find(".resume p").textContent = words.leftWords(saved);
  }

  button("resume").addEventListener("click", async () => {
    const saved = await training.saved().catch(() => undefined);
    offer(undefined);
    if (saved === undefined) return;
    form.fill(saved.about.choices);
    if (await training.resume(saved)) await training.go();
  });
  button("forget").addEventListener("click", async () => {
    offer(undefined);
    await training.forget().catch(onUnsaved);
  });
  offer(await training.saved().catch(() => undefined));
  paint();
  worker.warm();
  return {};
}
