// @ts-check
/**
 * The answer: owns #answer, a live region. What is drawn is answered many times a
 * second; it is read out once, when the pen is up and the answer stands.
 */

import { putAttribute, putText } from "../shell/dom.js";
import { answerWords } from "../text/page.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */

/** @param {HTMLElement} element  with a .digit and a .words in it */
export function createAnswer(element) {
  const digit = /** @type {HTMLElement} */ (element.querySelector(".digit"));
  const words = /** @type {HTMLElement} */ (element.querySelector(".words"));

  /** @param {string} status  @param {string} label  @param {string} text */
  function put(status, label, text) {
    putAttribute(element, "data-status", status);
    putText(digit, label);
    putText(words, text);
  }

  return {
    /** @param {Answer} answer  @param {string[]} labels  of the network's outputs */
    show: (answer, labels) =>
      put(answer.status, answer.answer, answerWords(answer, labels)),
    /** No answer, but something to say. @param {string} text */
    say: (text) => put("none", "", text),
    /** @param {boolean} moving  nothing is to be read out yet */
    hold: (moving) => element.setAttribute("aria-busy", String(moving)),
  };
}
