/**
 * Lets edited Python answer the pad: shows a badge above the bars while anything is edited,
 * and returns to the built-in answers at the first error.
 */

import { make } from "../../shell/dom.js";
import { Endless } from "./client.js";
import * as words from "./text.js";

/** @import { Fault, Recognized } from "./client.js" */
/** @import { Page } from "../lab.js" */
/** @typedef {ReturnType<typeof import("./client.js").createPlaygroundClient>} Client */

/**
 * @param {Page} page
 * @param {Client} client
 * @param {object} events
 * @param {(fault: Fault) => void} events.onFault  the built-in answers are back
 * @param {(text: string) => void} events.onPrinted
 * @param {() => void} events.onReset  the person wants the built-in answers back
 */
export function createPadAnswers(page, client, { onFault, onPrinted, onReset }) {
  const bars = /** @type {HTMLElement} */ (document.getElementById("probabilities"));
  const text = make("span", { role: "status" });
  const button = make("button", { type: "button" }, words.RESTORE);
  const badge = make("p", { id: "edited", hidden: true }, text, button);
  bars.before(badge);
  button.addEventListener("click", onReset);
  let on = false;
  let edited = ""; // the names of what is edited, in words

  /** @type {import("../lab.js").AnswerOverride} */
  async function answer(picture, builtIn) {
    if (!client.ready) return answerBuiltIn(picture, builtIn);
    /** @type {Recognized} */
    let reply;
    try {
      reply = await client.askInTime("recognize", picture);
    } catch (error) {
      if (!(error instanceof Endless)) return answerBuiltIn(picture, builtIn);
      stop({ text: words.reasonOf(error), line: 0 });
      return builtIn(picture);
    }
    if (reply.printed !== "") onPrinted(reply.printed);
    if (reply.answer === undefined) stop(/** @type {Fault} */ (reply.fault));
    else if (on) setStatus(edited);
    return reply.answer ?? builtIn(picture);
  }

  /** Answers while the client is busy. @type {import("../lab.js").AnswerOverride} */
  function answerBuiltIn(picture, builtIn) {
    if (on) setStatus(words.BUSY);
    return builtIn(picture);
  }

  /** @param {Fault} fault */
  function stop(fault) {
    if (!on) return;
    show([]);
    onFault(fault);
  }

  /** Switches edited answers on if anything is edited. @param {string[]} changed  names */
  function show(changed) {
    const wasOn = on;
    on = changed.length > 0;
    badge.hidden = !on;
    edited = on ? words.changedWords(changed) : "";
    setStatus(edited);
    document.body.toggleAttribute("data-edited", on);
    if (on || wasOn) page.overrideAnswers(on ? answer : null);
  }

  /** Screen readers read out each change. @param {string} next */
  function setStatus(next) {
    if (text.textContent !== next) text.textContent = next;
  }

  return {
    show,
    /** Whether edited Python answers the pad. */
    get on() {
      return on;
    },
  };
}
