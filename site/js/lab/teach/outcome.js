/** The result of a fine-tuning run: marks, cost, use and storage. Owns .tuning but for its buttons. */

import { finder } from "../../shell/dom.js";
import * as networks from "../../networks/saved-networks.js";
import { ask } from "../worker/client.js";
import * as words from "./text.js";

/** @import { Marks } from "./fine-tune.js" */

/** Fraction of the validation digits; a greater loss needs the person's consent. */
const ACCEPTED_LOSS = 0.003;

/**
 * @param {HTMLElement} element
 * @param {ReturnType<typeof import("./taught-network.js").createTaughtNetwork>} taught
 * @param {ReturnType<typeof import("./fine-tune.js").createFineTuning>} tuning
 */
export function createOutcome(element, taught, tuning) {
  const find = finder(element);
  const form = find(".save", HTMLFormElement);
  const nameInput = find(".save input", HTMLInputElement);
  const table = find("table");
  const reset = find("[data-do=reset]");
  const status = find(".outcome");
  let painted = tuning.state;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = nameInput.value.trim();
    save(name).catch((error) => say(words.because(words.NOT_TUNED, error)));
  });
  reset.addEventListener("click", () => {
    taught.drop();
    tuning.reset();
    say(words.BACK);
  });

  /** @param {string} text */
  function say(text) {
    status.textContent = text;
  }

  /** Loss of accuracy on the validation digits. */
  function cost() {
    const { before, after } = tuning.report ?? {};
    return (before?.accuracy ?? 0) - (after?.accuracy ?? 0);
  }

  /** @param {string} name */
  async function save(name) {
    const { report, weights } = tuning;
    if (report === null || weights === null) return;
    const { digits } = report;
    // in digits: 0.003 is not exact in binary
    const costly = Math.round(cost() * digits) > Math.round(ACCEPTED_LOSS * digits);
    if (costly && !confirm(words.costAsked(cost(), digits))) return say(words.DISCARDED);
    try {
      const about = words.networkWords(await ask("hold", { name: "taught", weights }));
      if (!(await networks.save(name, weights, about, true))) return;
      const saved = (await networks.all()).find((one) => one.name === name);
      if (saved === undefined) return;
      taught.keep(networks.sourceOf(saved));
      say(words.fill(words.TUNED_AS, { name }));
    } catch (error) {
      say(words.because(words.USED_FOR_NOW, error));
    }
  }

  /** @param {keyof Marks} name  @param {(marks: Marks) => string} text */
  function paintRow(name, text) {
    const { before, after } = tuning.report ?? {};
    const cells = table.querySelectorAll(`[data-mark="${name}"] td`);
    for (const [i, marks] of [before, after].entries()) {
      cells[i].textContent = marks === undefined || marks === null ? "" : text(marks);
    }
  }

  return {
    say,
    paint() {
      const { state, report } = tuning;
      const done = state === "done" && report !== null;
      table.hidden = report === null;
      form.hidden = reset.hidden = !done;
      find(".facts").textContent =
        state === "loading"
          ? words.STARTING
          : state === "learning" && report !== null
            ? words.progressWords(report, tuning.secondsLeft)
            : "";
      find(".cost").textContent = done ? words.costWords(cost(), report.digits) : "";
      const previous = painted;
      painted = state;
      if (report === null) return;
      const count = report.drawings;
      paintRow("right", ({ right }) => words.fill(words.RIGHT, { right, count }));
      paintRow("accuracy", ({ accuracy }) => words.tenths.format(accuracy));
      paintRow("refused", ({ refused }) => words.tenths.format(refused));
      if (!done || previous === state) return;
      const name = taught.base?.network.name ?? "";
      nameInput.value = words.fill(words.TUNED_NAME, { name });
      say(words.doneWords(report, name));
    },
  };
}
