/** Steps of the tour: the loss, and one step of gradient descent. */

import { createLive } from "../../worker/latest-only.js";
import { actionButton, div, liveText, make } from "../../shell/dom.js";
import { createCurve } from "./curve.js";
import { slider } from "../slider.js";
import { createCode, LINES } from "./code-lines.js";
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
      return make("label", { class: "says" }, words.CORRECT_LABEL, select);
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
  const result = liveText("result");
  const curve = createCurve();
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : label.get()),
    ask: async (at) => ({ at, use: (await ask("stand", at)).use }),
    show({ at, use }) {
      result.textContent = words.lossOf(look?.labels[at] ?? "", use);
      curve.show(use.probability, use.loss);
    },
    fail,
  });
  return {
    element: make(
      "div",
      {},
      div("step", make("div", {}, label.createSelect(live.settle), result), curve.element),
      createCode(LINES.loss).element,
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
  const status = liveText("result");
  const tables = createTables();
  let look = /** @type {Look | null} */ (null);
  const live = createLive({
    look: () => (look === null ? null : label.get()),
    ask: stand,
    show,
    fail,
  });
  const rate = () => 10 ** rateSlider.input.valueAsNumber;
  const paintRate = () => rateSlider.say(words.number(rate()));

  rateSlider.set(-2);
  rateSlider.input.addEventListener("input", paintRate);
  descend.addEventListener("click", () => act(stand(label.get(), "descend", rate())));
  back.addEventListener("click", () => {
    descend.focus(); // this button is about to be disabled
    act(ask("put_back").then(() => stand(label.get())));
  });

  /**
   * The reply with its label: another may be chosen before it arrives.
   * @param {number} at  @param {string} [method]  @param {unknown[]} rest
   */
  async function stand(at, method = "stand", ...rest) {
    return { at, ...(await ask(method, at, ...rest)) };
  }

  /** @param {Promise<Stand & {at: number}>} asked */
  async function act(asked) {
    try {
      show(await asked);
    } catch (error) {
      const isRefused = error instanceof Error && error.name === "TrainingError";
      if (isRefused) status.textContent = words.sentenceOf(error);
      else fail(error);
    }
  }

  /** @param {Stand & {at: number}} reply */
  function show(reply) {
    const { at, steps, before, after } = reply;
    status.textContent = words.steppedWords(steps, before, after);
    tables.show(reply, look?.labels ?? [], at);
    back.disabled = steps === 0;
  }

  const buttons = div("buttons", descend, back);
  const controls = [label.createSelect(live.settle), rateSlider.element, buttons, status];
  return {
    element: make(
      "div",
      {},
      div("step", div("controls", ...controls), tables.element),
      createCode(LINES.descent).element,
    ),
    show(next) {
      look = next;
      label.update(next);
      paintRate();
      live.settle();
    },
  };
}

/** What the network makes of the drawing before and after a step; what the step changed. */
function createTables() {
  const verdicts = make("tbody");
  const weights = make("tbody");
  const heads = headRow("", words.LOSS, "", words.ANSWER);
  const moved = make(
    "div",
    { class: "moved", hidden: true },
    make("h4", {}, words.MOVED_MOST),
    table(headRow("", words.FROM, words.TO), weights),
  );
  return {
    element: make("div", {}, table(heads, verdicts), moved),
    /** @param {Stand} stand  @param {string[]} labels  @param {number} chosen  label */
    show({ steps, use, before, after, moved: changes }, labels, chosen) {
      const stages = { [words.IN_USE]: use };
      if (steps > 0) Object.assign(stages, { [words.BEFORE]: before, [words.AFTER]: after });
      verdicts.replaceChildren(
        ...Object.entries(stages).map(([name, verdict]) =>
          row(name, words.verdictCells(verdict, labels)),
        ),
      );
      const label = labels[chosen];
      heads.children[2].textContent = words.fill(words.PROBABILITY_OF, { label });
      weights.replaceChildren(
        ...changes.map((one) => row(words.weightName(one), words.weightCells(one))),
      );
      moved.hidden = steps === 0;
    },
  };
}

/** @param {HTMLElement} head  @param {HTMLElement} body */
function table(head, body) {
  const inside = make("table", {}, make("thead", {}, head), body);
  return make("div", { class: "scroll", tabindex: 0 }, inside);
}

/** The first cell is above the names of the rows. @param {string[]} names */
function headRow(...[first, ...names]) {
  const heads = names.map((name) => make("th", { scope: "col" }, name));
  return make("tr", {}, make("td", {}, first), ...heads);
}

/** @param {string} name  @param {string[]} cells */
function row(name, cells) {
  const head = make("th", { scope: "row" }, name);
  return make("tr", {}, head, ...cells.map((cell) => make("td", {}, cell)));
}
