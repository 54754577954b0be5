/** Steps of the tour: the loss, and one step of gradient descent. */

import { createLive } from "../../worker/latest-only.js";
import { actionButton, make } from "../../shell/dom.js";
import { createCurve, slider } from "./controls.js";
import * as words from "./text.js";

/** @import { Ask, Look, Stand } from "./client.js" */
/** @import { Step } from "./tour.js" */
/** @typedef {(error: unknown) => void} Fail */
/** @typedef {ReturnType<typeof createLabel>} Label */

/** The label that the learner chooses, shared by both steps; at first the network's answer. */
export function createLabel() {
  const selects = /** @type {HTMLSelectElement[]} */ ([]);
  let chosen = false; // by the learner
  return {
    /** Creates a select for it. @param {() => void} onChange */
    createSelect(onChange) {
      const select = make("select");
      selects.push(select);
      select.addEventListener("change", () => {
        chosen = true;
        for (const other of selects) other.selectedIndex = select.selectedIndex;
        onChange();
      });
      return make("label", { class: "says" }, words.YOU_SAY, select);
    },
    get: () => selects[0].selectedIndex,
    /** @param {Look} look */
    update({ labels, answer }) {
      for (const select of selects) {
        const known = [...select.options].map(({ text }) => text);
        const isSame = known.join() === labels.join();
        if (!isSame) select.replaceChildren(...labels.map((label) => new Option(label)));
        if (!chosen || !isSame) select.selectedIndex = answer;
      }
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @param {Label} label  @returns {Step} */
export function createLoss(ask, fail, label) {
  const result = make("p", { class: "result", role: "status" });
  const curve = createCurve();
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : label.get()),
    ask: (at) => ask("stand", at),
    show({ use }) {
      result.textContent = words.lossOf(look?.labels[label.get()] ?? "", use);
      curve.show(use.probability, use.loss);
    },
    fail,
  });
  return {
    element: make(
      "div",
      { class: "step" },
      curve.element,
      make("div", {}, label.createSelect(live.settle), result),
    ),
    show(next) {
      look = next;
      label.update(next);
      live.settle();
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @param {Label} label  @returns {Step} */
export function createDescent(ask, fail, label) {
  const rateSlider = slider("rate", words.RATE, { min: -3, max: 1, step: 0.25 });
  const descend = actionButton("descend", words.DESCEND, { class: "main" });
  const back = actionButton("put-back", words.PUT_BACK, { disabled: true });
  const status = make("p", { class: "result", role: "status" });
  const verdicts = make("tbody");
  const moved = make("tbody");
  const weights = make("div", { class: "moved", hidden: true });
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : label.get()),
    ask: (at) => ask("stand", at),
    show,
    fail,
  });
  const rate = () => 10 ** rateSlider.input.valueAsNumber;
  const paintRate = () => rateSlider.say(words.number(rate()));

  rateSlider.set(-2);
  rateSlider.input.addEventListener("input", paintRate);
  descend.addEventListener("click", () => act(ask("descend", label.get(), rate())));
  back.addEventListener("click", () => {
    descend.focus(); // this button is about to be disabled
    act(ask("put_back").then(() => ask("stand", label.get())));
  });

  /** @param {Promise<Stand>} asked */
  async function act(asked) {
    try {
      show(await asked);
    } catch (error) {
      if (error instanceof Error && error.name === "TrainingError") {
        status.textContent = words.because(words.NOT_STEPPED, error);
      } else fail(error);
    }
  }

  /** @param {Stand} stand */
  function show({ steps, use, before, after, moved: weightsMoved }) {
    const labels = look?.labels ?? [];
    status.textContent = words.steppedWords(steps, before, after);
    const rows =
      steps === 0
        ? [[words.IN_USE, use]]
        : [[words.IN_USE, use], [words.BEFORE, before], [words.AFTER, after]];
    verdicts.replaceChildren(
      ...rows.map(([name, verdict]) =>
        row(String(name), words.verdictCells(/** @type {any} */ (verdict), labels)),
      ),
    );
    const asked = { label: labels[label.get()] };
    heads.children[2].textContent = words.fill(words.CHANCE_OF, asked);
    moved.replaceChildren(
      ...weightsMoved.map((one) => row(words.weightName(one), words.weightCells(one))),
    );
    weights.hidden = steps === 0;
    /** @type {HTMLButtonElement} */ (back).disabled = steps === 0;
  }

  const heads = headsOf(["", words.LOSS, "", words.ANSWER]);
  const table = make("table", {}, make("thead", {}, heads), verdicts);
  weights.append(
    make("h4", {}, words.MOVED_MOST),
    scroll(make("table", {}, make("thead", {}, headsOf(["", words.FROM, words.TO])), moved)),
  );
  return {
    element: make(
      "div",
      { class: "step" },
      make(
        "div",
        {},
        label.createSelect(live.settle),
        rateSlider.element,
        make("div", { class: "buttons" }, descend, back),
        status,
      ),
      make("div", {}, scroll(table), weights),
    ),
    show(next) {
      look = next;
      label.update(next);
      paintRate();
      live.settle();
    },
  };
}

/** @param {HTMLElement} table */
const scroll = (table) => make("div", { class: "scroll", tabindex: "0" }, table);

/** @param {string[]} names */
const headsOf = (names) =>
  make("tr", {}, ...names.map((n, i) => make(i === 0 ? "td" : "th", i === 0 ? {} : { scope: "col" }, n)));

/** @param {string} name  @param {string[]} cells */
const row = (name, cells) =>
  make(
    "tr",
    {},
    make("th", { scope: "row" }, name),
    ...cells.map((cell) => make("td", {}, cell)),
  );
