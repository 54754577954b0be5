// @ts-check
/** The panel in which a network is trained: owns #lab-train. */

import { createChart } from "./chart.js";
import { createLevers } from "./form.js";
import { createOnPad } from "./use-while-training.js";
import { warm } from "../worker/client.js";
import * as shelf from "../networks/saved-networks.js";
import { furnish } from "./view.js";
import { createTraining, forget, saved } from "./session.js";
import * as words from "../text.js";

/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */
/** @typedef {import("./session.js").Saved} Saved */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createTrain(element, page) {
  furnish(element);
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const button = (/** @type {string} */ name) =>
    /** @type {HTMLButtonElement} */ (find(`[data-do="${name}"]`));
  const bar = /** @type {HTMLProgressElement} */ (find("progress"));
  const keepForm = /** @type {HTMLFormElement} */ (find(".keep"));
  const training = createTraining({ onChange: paint, onError, onUnsaved });
  const levers = createLevers(
    /** @type {HTMLFormElement} */ (find(".levers")),
    (choices) => training.change(choices).catch(onError),
  );
  const onPad = createOnPad(
    /** @type {HTMLInputElement} */ (find(".on-pad input")),
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
  let told = training.state;
  let problem = "";
  let keptStep = 0; // the step whose weights were last kept by name

  button("start").addEventListener("click", startOrPause);
  button("step").addEventListener("click", async () => {
    if (training.state !== "paused" && !(await begin())) return;
    await training.step();
  });
  button("stop").addEventListener("click", () => training.stop());
  button("reset").addEventListener("click", () => {
    if (!lossAgreed()) return;
    levers.force(null);
    training.reset();
  });
  keepForm.addEventListener("submit", (event) => {
    event.preventDefault();
    keep().catch((error) => say(words.notStored(error)));
  });

  async function startOrPause() {
    if (training.state === "running") return training.pause();
    if (training.state === "paused" || (await begin())) await training.go();
  }

  /** Begin a new training; whether there is one. */
  async function begin() {
    const choices = levers.choices();
    if (choices === null || !lossAgreed()) return false;
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

  /** Whether nothing would be lost, or may be. */
  function lossAgreed() {
    const { progress, state } = training;
    if (progress === null || progress.step === 0 || state === "idle") return true;
    return progress.step === keptStep || confirm(words.ANEW_ASKED);
  }

  async function keep() {
    const input = /** @type {HTMLInputElement} */ (keepForm.elements.namedItem("name"));
    const { about } = training;
    if (about === null) return;
    const bytes = await training.weights();
    const name = input.value.trim();
    if (await shelf.keep(name, bytes, words.networkWords(about))) {
      keptStep = training.progress?.step ?? 0;
      say(words.nowKept(name));
    }
  }

  /** @param {string} text */
  function say(text) {
    problem = text;
    find(".notice").textContent = text;
  }

  /** @param {unknown} error */
  function onError(error) {
    if (error instanceof Error && error.name === "GivenUp") return;
    say(words.trainingProblem(error));
    paint();
  }

  /** @param {unknown} error */
  function onUnsaved(error) {
    say(words.notStored(error));
  }

  function paint() {
    const { state, about, progress, loaded } = training;
    levers.force(state === "idle" ? null : (about?.choices ?? null));
    element.dataset.training = state;
    button("start").textContent = words.startWords(state);
    button("start").disabled = state === "loading";
    button("step").disabled = state === "loading" || state === "running";
    button("stop").disabled = state === "idle" || state === "stopped";
    button("reset").disabled = state === "idle";
    keepForm.hidden = about === null;
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
    if (state !== told) {
      told = state;
      if (state !== "idle" && problem !== "" && state !== "stopped") say("");
      find(".said").textContent = words.stateWords(state, progress);
    }
    onPad.refresh();
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

  /** Offer to take up what was left, or nothing. @param {Saved | undefined} left */
  function offer(left) {
    const box = find(".left");
    box.hidden = left === undefined;
    if (left !== undefined) find(".left p").textContent = words.leftWords(left);
  }

  button("resume").addEventListener("click", async () => {
    const left = await saved().catch(() => undefined);
    offer(undefined);
    if (left === undefined) return;
    levers.put(left.about.choices);
    if (await training.resume(left)) await training.go();
  });
  button("forget").addEventListener("click", async () => {
    offer(undefined);
    await forget().catch(onUnsaved);
  });
  offer(await saved().catch(() => undefined));
  paint();
  warm();
  return {};
}
