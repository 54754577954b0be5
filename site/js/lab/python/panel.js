/** The Python panel: shows, edits and runs the page's own Python. Owns #lab-python. */

import { createLive } from "../../worker/latest-only.js";
import { takeSelection } from "../inspect/selection.js";
import { addStyle, finder } from "../../shell/dom.js";
import { createCallList } from "./call-list.js";
import { createConsole } from "./console.js";
import { createPlaygroundClient } from "./client.js";
import { createPadAnswers } from "./answer-pad.js";
import { createSourceView } from "./source-view.js";
import { fill } from "./view.js";
import * as words from "./text.js";

/** @import { Page, Panel } from "../lab.js" */
/** @import { Fault, Ran } from "./client.js" */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createPython(element, page) {
  fill(element);
  await addStyle("python.css");
  const find = finder(element);
  const status = find(".status");
  /** @type {Ran | null} */
  let ran = null;
  let name = "Dense.forward"; // of the function whose call is shown
  let occurrence = Infinity; // of that function; at first the last one, the logits
  /** @type {number | null} */
  let number = null; // index into its output; null: the largest value
  /** @type {import("../inspect/selection.js").Selection | null} */
  let selection = null; // to be shown once its call is known
  let visible = true;
  let temporary = true; // the status disappears when a call is shown

  const client = createPlaygroundClient(page, {
    onMessage,
    onDeath: () => restarted(words.DIED),
  });
  const padAnswers = createPadAnswers(page, client, {
    onFault: showFault,
    onPrinted: (text) => shell.printed(text),
    onReset: () => reset(""),
  });
  const shell = createConsole(find(".console"), {
    run,
    suggest: (text) => client.ask("suggest", { text }),
    onStop() {
      client.restart();
      restarted(words.STOPPED);
    },
  });
  const callList = createCallList(find(".calls ol"), showCall);
  const sourceView = createSourceView(find(".source"), {
    onPick: showCall,
    onNumber(at) {
      number = at;
      show().catch(fail);
    },
    tokenize: (text) => (client.busy ? Promise.reject() : client.ask("colour", { text })),
    text: () => client.ask("text", { index: index() }),
    async edit(key, text) {
      const fault = await client.edit(key, text);
      await refreshBadge();
      say(fault === undefined ? words.IN_USE : "");
      return fault;
    },
    reset,
  });
  const live = createLive({
    look: () => (visible && page.network() !== null && !client.busy ? page.picture() : null),
    ask: (picture) => client.ask("ran", { picture }),
    show(next) {
      if (temporary) say("");
      ran = next;
      followSelection();
      callList.show(next.calls);
      show().catch(fail);
    },
    fail,
    pause: 250,
  });
  page.onAnswer((answer) => {
    if (answer === null) empty();
    else if (visible) live.touch();
  });
  page.onNetwork(() => {
    if (visible || padAnswers.on) refreshBadge().catch(fail);
    if (visible) live.settle();
  });

  /** @param {any} message  a notification of the worker */
  function onMessage(message) {
    if (message.type === "printed") shell.printed(message.text);
    if (message.stage === "whole") {
      say(words.stageWords("whole", message.loaded, message.total), true);
    }
  }

  /** Refreshes after a restart of Python. @param {string} why */
  function restarted(why) {
    refreshBadge()
      .then(() => say(why))
      .catch(fail);
    live.settle();
  }

  /** @param {Fault} fault  of the function that answered the pad */
  function showFault(fault) {
    sourceView.showFault(fault);
    client.reset().catch(fail);
    live.settle();
  }

  async function refreshBadge() {
    padAnswers.show(await client.ask("changed"));
  }

  async function begin() {
    await client.ask("changed");
    if (page.picture() === null) empty();
  }

  /** @param {string} key */
  async function reset(key) {
    try {
      await client.reset(key);
      await refreshBadge();
      say(key === "" ? words.ALL_RESTORED : words.RESTORED);
    } catch (error) {
      fail(error);
    }
    live.settle();
  }

  /** @param {string} text */
  async function run(text) {
    const strokes = page.strokes().map((stroke) => stroke.map(({ x, y }) => [x, y]));
    const picture = page.picture() ?? undefined;
    const done = await client.run({ text, strokes, picture });
    padAnswers.show(done.changed);
    if (done.changed.length === 0) live.settle();
    return done;
  }

  /** @param {unknown} error */
  function fail(error) {
    say(words.because(words.NOT_HERE, error), true);
  }

  /** @param {string} text  @param {boolean} [isTemporary] */
  function say(text, isTemporary = false) {
    status.textContent = text;
    temporary = isTemporary;
  }

  function empty() {
    live.forget();
    if (visible) say(words.DRAW_FIRST, true);
  }

  /** Index of the call to show: it may differ from run to run. */
  function index() {
    const { calls } = /** @type {Ran} */ (ran);
    const matches = calls.flatMap((call, i) => (call.name === name ? [i] : []));
    return matches[Math.min(occurrence, matches.length - 1)] ?? 0;
  }

  /** @param {number} at */
  function showCall(at) {
    pick(at);
    show().catch(fail);
  }

  /** @param {number} at */
  function pick(at) {
    const { calls } = /** @type {Ran} */ (ran);
    name = calls[at].name;
    occurrence = calls.slice(0, at).filter((call) => call.name === name).length;
    number = null;
  }

  /** Shows the value that was picked in another panel, once its call is known. */
  function followSelection() {
    selection = takeSelection() ?? selection;
    if (selection === null || ran === null) return;
    const { layer, at } = selection;
    const call = ran.calls.findIndex((one) => one.layer === layer + 1);
    if (call >= 0) {
      pick(call);
      number = at;
      find(".source").scrollIntoView({ block: "nearest" });
    }
    selection = null;
  }

  async function show() {
    if (ran === null || client.busy) return;
    const now = ran;
    const at = index();
    callList.mark(now.calls, at);
    const value = number ?? Math.max(now.calls[at].greatest, 0);
    const source = await client.ask("show", { index: at, at: value });
    if (ran === now && at === index()) sourceView.show(now, at, source);
  }

  say(words.STARTING, true);
  begin().catch(fail);
  live.settle();
  return {
    visible(now) {
      visible = now;
      if (!now) return;
      followSelection();
      live.settle();
    },
  };
}
