// @ts-check
/**
 * The pad, answered by the workshop's Python while something in it is not as we made it:
 * says so above the bars, and goes back to ours at the first fault.
 */

import { make } from "../../shell/dom.js";
import { Endless } from "./client.js";
import * as words from "./text.js";

/** @typedef {import("./client.js").Fault} Fault */
/** @typedef {import("./client.js").Recognized} Recognized */
/** @typedef {import("../lab.js").Page} Page */
/** @typedef {ReturnType<typeof import("./client.js").createDesk>} Desk */

/**
 * @param {Page} page
 * @param {Desk} desk
 * @param {object} told
 * @param {(fault: Fault) => void} told.onFault  the pad is ours again
 * @param {(text: string) => void} told.onPrinted  by somebody's function
 * @param {() => void} told.onReset  somebody wants ours back
 */
export function createOnPad(page, desk, { onFault, onPrinted, onReset }) {
  const bars = /** @type {HTMLElement} */ (document.getElementById("probabilities"));
  const text = make("span", { role: "status" });
  const button = make("button", { type: "button" }, words.OURS_BACK);
  const badge = make("p", { id: "edited", hidden: true }, text, button);
  bars.before(badge);
  button.addEventListener("click", onReset);
  let on = false;
  let said = ""; // while it is on

  /** @type {import("../lab.js").StandIn} */
  async function answer(picture, ours) {
    if (!desk.ready) return leave(picture, ours);
    /** @type {Recognized} */
    let reply;
    try {
      reply = await desk.askInTime("recognize", picture);
    } catch (error) {
      if (!(error instanceof Endless)) return leave(picture, ours);
      stop({ text: words.reasonOf(error), line: 0 });
      return ours(picture);
    }
    if (reply.printed !== "") onPrinted(reply.printed);
    if (reply.answer === undefined) stop(/** @type {Fault} */ (reply.fault));
    else if (on) tell(said);
    return reply.answer ?? ours(picture);
  }

  /** Ours answers, for a while. @type {import("../lab.js").StandIn} */
  function leave(picture, ours) {
    if (on) tell(words.BUSY);
    return ours(picture);
  }

  /** @param {Fault} fault */
  function stop(fault) {
    if (!on) return; // it is ours already
    show([]);
    onFault(fault);
  }

  /** What is not as we made it; none: the pad is ours. @param {string[]} changed */
  function show(changed) {
    const before = on;
    on = changed.length > 0;
    badge.hidden = !on;
    said = on ? words.changedWords(changed) : "";
    tell(said);
    document.body.toggleAttribute("data-edited", on);
    if (on || before) page.answerBy(on ? answer : null);
  }

  /** Not twice: it is read out. @param {string} next */
  function tell(next) {
    if (text.textContent !== next) text.textContent = next;
  }

  return {
    show,
    /** Whether the pad is answered by somebody's own. */
    get on() {
      return on;
    },
  };
}
