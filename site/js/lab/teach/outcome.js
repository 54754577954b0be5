/** The result of a fine-tuning run: marks, cost, use and storage. Owns .tuning but for its buttons. */

import { finder } from "../../shell/dom.js";
import * as networks from "../../networks/saved-networks.js";
import * as words from "./text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Description } from "../../worker/protocol.js" */
/** @import { Page } from "../lab.js" */
/** @import { Marks } from "./fine-tune.js" */

/** Fraction of the validation digits; a greater loss needs the person's consent. */
const ACCEPTED_LOSS = 0.003;

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @param {ReturnType<typeof import("./fine-tune.js").createFineTuning>} tuning
 */
export function createOutcome(element, page, tuning) {
  const find = finder(element);
  const form = find(".save", HTMLFormElement);
  const table = find("table");
  const reset = find("[data-do=reset]");
  const status = find(".outcome");
  /** The network before the run. @type {{source: Source, network: Description} | null} */
  let base = null;
  /** The fine-tuned network, if it is in use. @type {Source | null} */
  let used = null;
  let painted = tuning.state;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
    save(input.value.trim()).catch((error) => say(words.because(words.NOT_TUNED, error)));
  });
  reset.addEventListener("click", () => {
    if (used !== null && page.source() === used && base !== null) page.choose(base.source);
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
    const bytes = tuning.weights;
    if (base === null || tuning.report === null || bytes === null) return;
    const { digits } = tuning.report;
    // in digits: 0.003 is not exact in binary
    const costly = Math.round(cost() * digits) > Math.round(ACCEPTED_LOSS * digits);
    if (costly && !confirm(words.costAsked(cost(), digits))) return say(words.DISCARDED);
    try {
      if (!(await networks.save(name, bytes, words.networkWords(base.network)))) return;
      const saved = (await networks.all()).find((one) => one.name === name);
      if (saved === undefined) return;
      use(networks.sourceOf(saved));
      say(words.fill(words.TUNED_AS, { name }));
    } catch (error) {
      const read = async () => bytes.slice(0);
      use({ name: words.fill(words.TUNED_NAME, { name }), size: bytes.byteLength, read });
      say(words.because(words.USED_FOR_NOW, error));
    }
  }

  /** @param {Source} source */
  function use(source) {
    used = source;
    page.choose(source);
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
    /** Called when a run starts with the network in use. */
    begin() {
      const network = page.network();
      base = network === null ? null : { source: page.source(), network };
      used = null;
      say("");
    },
    paint() {
      const { state, report } = tuning;
      const done = state === "done" && report !== null;
      table.hidden = report === null;
      form.hidden = reset.hidden = !done;
      find(".facts").textContent =
        state === "loading"
          ? words.STARTING
          : state === "learning" && report !== null
            ? words.fill(words.TUNING_STEP, { ...report })
            : "";
      find(".cost").textContent = done ? words.costWords(cost(), report.digits) : "";
      const previous = painted;
      painted = state;
      if (report === null) return;
      const count = report.drawings;
      paintRow("right", ({ right }) => words.fill(words.RIGHT, { right, count }));
      paintRow("accuracy", ({ accuracy }) => words.tenths.format(accuracy));
      paintRow("refused", ({ refused }) => words.tenths.format(refused));
      if (done && previous !== state) say(words.doneWords(report, base?.network.name ?? ""));
    },
  };
}
