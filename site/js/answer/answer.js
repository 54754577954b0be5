/**
 * Shows the answer: owns #answer, a live region. It changes many times a second while the
 * user draws, but is read out once, when the pen is up and the answer final.
 */

import { finder, putAttribute, putText } from "../shell/dom.js";
import { answerWords } from "../text/page.js";

/** @import { Answer } from "../worker/protocol.js" */

/** @param {HTMLElement} element  with a .digit and a .words in it */
export function createAnswer(element) {
  const find = finder(element);
  const digit = find(".digit");
  const words = find(".words");

  /** @param {string} status  @param {string} label  @param {string} text */
  function write(status, label, text) {
    putAttribute(element, "data-status", status);
    putText(digit, label);
    putText(words, text);
  }

  return {
    /** @param {Answer} answer  @param {string[]} labels  of the network's outputs */
    show: (answer, labels) =>
      write(answer.status, answer.answer, answerWords(answer, labels)),
    /** Show a message instead of an answer. @param {string} text */
    showMessage: (text) => write("none", "", text),
    /** Screen readers wait while it is busy. @param {boolean} busy */
    setBusy: (busy) => element.setAttribute("aria-busy", String(busy)),
  };
}
