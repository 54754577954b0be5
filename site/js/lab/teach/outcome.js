// @ts-check
/** What came of a lesson, and what becomes of it: owns .lesson but for its buttons. */

import * as shelf from "../networks/saved-networks.js";
import * as words from "./text.js";

/** @typedef {import("../../networks/sources.js").Source} Source */
/** @typedef {import("../../worker/protocol.js").Description} Description */
/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("./fine-tune.js").Marks} Marks */

/** What is lost beyond this share of the validation digits is asked about. */
const MOST_LOST = 0.003;

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @param {ReturnType<typeof import("./fine-tune.js").createLesson>} lesson
 */
export function createOutcome(element, page, lesson) {
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const form = /** @type {HTMLFormElement} */ (find(".keep"));
  const table = find("table");
  const back = find("[data-do=reset]");
  const said = find(".outcome");
  /** What the lesson began with. @type {{source: Source, network: Description} | null} */
  let base = null;
  let told = lesson.state;
  /** What it became, once that is in use. @type {Source | null} */
  let used = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
    keep(input.value.trim()).catch((error) => say(words.notTaught(error)));
  });
  back.addEventListener("click", () => {
    if (used !== null && page.source() === used && base !== null) page.choose(base.source);
    lesson.reset();
    say(words.BACK);
  });

  /** @param {string} text */
  function say(text) {
    said.textContent = text;
  }

  /** Share of the validation digits that the lesson costs. */
  function cost() {
    const { before, after } = lesson.report ?? {};
    return (before?.accuracy ?? 0) - (after?.accuracy ?? 0);
  }

  /** @param {string} name */
  async function keep(name) {
    if (base === null || lesson.report === null) return;
    const { digits } = lesson.report;
    // a share is not exact in binary: three of a thousand are not more than 0.3 points
    const dear = Math.round(cost() * digits) > Math.round(MOST_LOST * digits);
    if (dear && !confirm(words.costAsked(cost(), digits))) return say(words.NOT_KEPT);
    const bytes = await lesson.weights();
    try {
      if (!(await shelf.keep(name, bytes, words.networkWords(base.network)))) return;
      const kept = (await shelf.all()).find((one) => one.name === name);
      if (kept === undefined) return;
      put(shelf.sourceOf(kept));
      say(words.taughtAs(name));
    } catch (error) {
      const read = async () => bytes.slice(0);
      put({ name: words.usedTaught(name), size: bytes.byteLength, read });
      say(words.usedForNow(error));
    }
  }

  /** @param {Source} source */
  function put(source) {
    used = source;
    page.choose(source);
  }

  /** @param {keyof Marks} name  @param {(marks: Marks) => string} text */
  function line(name, text) {
    const { before, after } = lesson.report ?? {};
    const cells = table.querySelectorAll(`[data-mark="${name}"] td`);
    for (const [i, marks] of [before, after].entries()) {
      cells[i].textContent = marks === undefined || marks === null ? "" : text(marks);
    }
  }

  return {
    say,
    /** A lesson begins with the network that is in use. */
    begin() {
      const network = page.network();
      base = network === null ? null : { source: page.source(), network };
      used = null;
      say("");
    },
    paint() {
      const { state, report } = lesson;
      const done = state === "done" && report !== null;
      table.hidden = report === null;
      form.hidden = back.hidden = !done;
      find(".facts").textContent =
        state === "loading"
          ? words.STARTING
          : state === "learning" && report !== null
            ? words.stepWords(report)
            : "";
      find(".cost").textContent = done ? words.costWords(cost(), report.digits) : "";
      if (report === null) {
        told = state;
        return;
      }
      line("right", ({ right }) => words.rightWords(right, report.drawings));
      line("accuracy", ({ accuracy }) => words.share(accuracy));
      line("refused", ({ refused }) => words.share(refused));
      if (done && told !== state) say(words.doneWords(report, base?.network.name ?? ""));
      told = state;
    },
  };
}
