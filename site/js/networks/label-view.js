/**
 * Shows what the network in use can be asked for: the texts that name its labels, and the
 * controls that need the ten digits.
 */

import { areDigits, haveDigits, haveSame } from "../text/labels.js";
import { textsFor } from "../text/page.js";
import { finder } from "../shell/dom.js";

/** What is needed for numbers, unless the page's owner does without, and for examples. */
const NEEDS = { "#mode:enabled": areDigits, "#samples, #testset": haveDigits };

/**
 * @param {HTMLElement} body
 * @param {readonly string[]} own  the labels that the page was built for
 */
export function createLabelView(body, own) {
  const find = finder(body);
  const heading = find("h1");
  const built = { heading: heading.textContent, title: document.title };
  const controls = Object.entries(NEEDS).flatMap(([selector, fits]) =>
    [...body.querySelectorAll(selector)].map((element) => ({ element, fits })),
  );
  let shown = own;

  /** @param {readonly string[]} labels */
  function showTexts(labels) {
    const { TITLE, HINT, PAPER } = textsFor(labels);
    find("#hint").textContent = HINT;
    find("#drawingCanvas").ariaLabel = PAPER;
    const isOwn = haveSame(labels, own);
    heading.textContent = isOwn ? built.heading : TITLE;
    document.title = isOwn ? built.title : `${TITLE} · nnweb`;
  }

  /** @param {readonly string[]} labels */
  function hide(labels) {
    for (const { element, fits } of controls) element.toggleAttribute("hidden", !fits(labels));
  }

  hide(own);
  return {
    /** Another network is in use. @param {readonly string[]} labels */
    show(labels) {
      if (haveSame(labels, shown)) return;
      shown = labels;
      hide(labels);
      showTexts(labels);
    },
  };
}
