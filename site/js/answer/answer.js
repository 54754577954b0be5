/**
 * Shows the answer: owns #answer, a live region. It changes many times a second while the
 * user draws, but is read out once, when the pen is up and the answer final.
 */

import { finder, putAttribute, putText } from "../shell/dom.js";
import { answerLabel, answerWords } from "../text/page.js";

/** @import { Answer } from "../worker/protocol.js" */

/** @typedef {Pick<Answer, "answer" | "other"> & {status: string}} Verdict */

const NONE = { status: "none", answer: "", other: "" };

/** @param {HTMLElement} element  with a .digit and a .words in it */
export function createAnswer(element) {
  const find = finder(element);
  const digit = find(".digit");
  const words = find(".words");

  /** @param {Verdict} verdict  @param {string} text */
  function write(verdict, text) {
    putAttribute(element, "data-status", verdict.status);
    putAttribute(element, "data-unsure", String(verdict.other !== ""));
    putAttribute(element, "data-long", String(verdict.answer.length > 2));
    putText(digit, answerLabel(verdict));
    putText(words, text);
  }

  return {
    /** @param {Answer} answer  @param {string[]} labels  of the network's outputs */
    show: (answer, labels) => write(answer, answerWords(answer, labels)),
    /** Show an answer in other words. */
    write,
    /** Show a message instead of an answer. @param {string} text */
    showMessage: (text) => write(NONE, text),
    /** Have the answer read out once more. @param {HTMLElement} status  a live region */
    repeat(status) {
      const text = `${digit.textContent} ${words.textContent}`.trim();
      // an unchanged text would not be read out
      status.textContent = status.textContent === text ? `${text}\u00a0` : text;
    },
    /** Screen readers wait while it is busy. @param {boolean} busy */
    setBusy: (busy) => element.setAttribute("aria-busy", String(busy)),
  };
}
