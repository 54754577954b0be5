/**
 * Shows what can be drawn, for the network in use and in the mode: owns the texts that name
 * it, the page's title among them, and hides the controls that need the ten digits.
 */

import { areDigits, haveDigits, haveSame } from "../text/labels.js";
import { textsFor } from "../text/page.js";
import { finder } from "../shell/dom.js";

/** What is needed for numbers, unless the page's owner does without, and for examples. */
const NEEDS = { "#mode:enabled": areDigits, "#samples, #testset": haveDigits };

/** @typedef {Record<"TITLE" | "HINT" | "PAPER" | "READY", string>} Texts */

/**
 * @param {HTMLElement} body
 * @param {readonly string[]} own  the labels that the page was built for
 */
export function createLabelView(body, own) {
  const find = finder(body);
  const heading = find("h1");
  const startsWithNumber = body.querySelector("#mode [value=number][checked]") !== null;
  const built = { heading: heading.textContent, title: document.title };
  const controls = Object.entries(NEEDS).flatMap(([selector, fits]) =>
    [...body.querySelectorAll(selector)].map((element) => ({ element, fits })),
  );
  let shown = { labels: own, number: /** @type {Texts | null} */ (null) };

  function showTexts() {
    const { labels, number } = shown;
    const { TITLE, HINT, PAPER } = number ?? textsFor(labels);
    find("#hint").textContent = HINT;
    find("#drawingCanvas").ariaLabel = PAPER;
    const isBuilt = haveSame(labels, own) && (number !== null) === startsWithNumber;
    heading.textContent = isBuilt ? built.heading : TITLE;
    document.title = isBuilt ? built.title : `${TITLE} · nnweb`;
  }

  /** @param {readonly string[]} labels */
  function hide(labels) {
    for (const { element, fits } of controls) element.toggleAttribute("hidden", !fits(labels));
  }

  hide(own);
  return {
    /**
     * Another network is in use, or another mode.
     * @param {readonly string[]} labels
     * @param {Texts | null} number  those of the mode for numbers; null in the other one
     */
    show(labels, number) {
      if (haveSame(labels, shown.labels) && number === shown.number) return;
      shown = { labels, number };
      hide(labels);
      showTexts();
    },
  };
}
