// @ts-check
/** Steps of the tour about how a network learns: the loss, and a step down its gradient. */

import { createLive } from "../../worker/latest-only.js";
import { does, make } from "../../shell/dom.js";
import { createCurve } from "./curve.js";
import { slider } from "./slider.js";
import * as words from "./text.js";

/** @typedef {import("./client.js").Ask} Ask */
/** @typedef {import("./client.js").Look} Look */
/** @typedef {import("./client.js").Stand} Stand */
/** @typedef {import("./tour.js").Step} Step */
/** @typedef {(error: unknown) => void} Fail */
/** @typedef {ReturnType<typeof createLabel>} Label */

/** What the learner says it is, for both steps; at first what the network says. */
export function createLabel() {
  /** @type {HTMLSelectElement[]} */
  const selects = [];
  let own = false;
  return {
    /** Another place to choose it. @param {() => void} changed */
    choice(changed) {
      const select = /** @type {HTMLSelectElement} */ (make("select"));
      selects.push(select);
      select.addEventListener("change", () => {
        own = true;
        for (const other of selects) other.selectedIndex = select.selectedIndex;
        changed();
      });
      return make("label", { class: "says" }, words.YOU_SAY, select);
    },
    get: () => selects[0].selectedIndex,
    /** @param {Look} look */
    about({ labels, answer }) {
      for (const select of selects) {
        const known = [...select.options].map(({ text }) => text);
        const same = known.join() === labels.join();
        if (!same) select.replaceChildren(...labels.map((label) => new Option(label)));
        if (!own || !same) select.selectedIndex = answer;
      }
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @param {Label} label  @returns {Step} */
export function createLoss(ask, fail, label) {
  const result = make("p", { class: "result", role: "status" });
  const curve = createCurve();
  /** @type {Look | null} */
  let look = null;
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
      make("div", {}, label.choice(live.settle), result),
    ),
    show(next) {
      look = next;
      label.about(next);
      live.settle();
    },
  };
}

/** @param {Ask} ask  @param {Fail} fail  @param {Label} label  @returns {Step} */
export function createDescent(ask, fail, label) {
  const lever = slider("rate", words.RATE, { min: -3, max: 1, step: 0.25 });
  const go = does("descend", words.DESCEND, { class: "main" });
  const back = does("put-back", words.PUT_BACK, { disabled: true });
  const said = make("p", { class: "result", role: "status" });
  const verdicts = make("tbody");
  const moved = make("tbody");
  const weights = make("div", { class: "moved", hidden: true });
  /** @type {Look | null} */
  let look = null;
  const live = createLive({
    look: () => (look === null ? null : label.get()),
    ask: (at) => ask("stand", at),
    show,
    fail,
  });
  const rate = () => 10 ** lever.input.valueAsNumber;
  const tell = () => lever.say(words.number(rate()));

  lever.set(-2);
  lever.input.addEventListener("input", tell);
  go.addEventListener("click", () => act(ask("descend", label.get(), rate())));
  back.addEventListener("click", () => {
    go.focus(); // this button is about to be disabled
    act(ask("put_back").then(() => ask("stand", label.get())));
  });

  /** @param {Promise<Stand>} asked */
  async function act(asked) {
    try {
      show(await asked);
    } catch (error) {
      if (error instanceof Error && error.name === "TrainingError") {
        said.textContent = words.notStepped(error);
      } else fail(error);
    }
  }

  /** @param {Stand} stand */
  function show({ steps, use, before, after, moved: weightsMoved }) {
    const labels = look?.labels ?? [];
    said.textContent = words.steppedWords(steps, before, after);
    const rows =
      steps === 0
        ? [[words.IN_USE, use]]
        : [[words.IN_USE, use], [words.BEFORE, before], [words.AFTER, after]];
    verdicts.replaceChildren(
      ...rows.map(([name, verdict]) =>
        row(String(name), words.verdictCells(/** @type {any} */ (verdict), labels)),
      ),
    );
    heads.children[2].textContent = words.chanceOf(labels[label.get()]);
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
        label.choice(live.settle),
        lever.element,
        make("div", { class: "buttons" }, go, back),
        said,
      ),
      make("div", {}, scroll(table), weights),
    ),
    show(next) {
      look = next;
      label.about(next);
      tell();
      live.settle();
    },
  };
}

/** @param {HTMLElement} table */
const scroll = (table) => make("div", { class: "scroll" }, table);

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
