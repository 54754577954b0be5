/**
 * Lets edited Python answer the pad: shows a badge above the bars while anything is edited,
 * and returns to the built-in answers at the first error.
 */

import { make, putText } from "../../shell/dom.js";
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
    else if (on) putText(text, edited);
    return reply.answer ?? builtIn(picture);
  }

  /** Answers while the client is busy. @type {import("../lab.js").AnswerOverride} */
  function answerBuiltIn(picture, builtIn) {
    if (on) putText(text, words.BUSY);
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
    putText(text, edited);
    document.body.toggleAttribute("data-edited", on);
    if (on || wasOn) page.overrideAnswers(on ? answer : null);
  }

  return {
    show,
    /** Shows what is edited in the worker. */
    refresh: async () => show(await client.ask("changed")),
    /** Whether edited Python answers the pad. */
    get on() {
      return on;
    },
  };
}
