/** The Python panel: shows, edits and runs the page's own Python. Owns #lab-python. */

import { createLive } from "../../worker/latest-only.js";
import { addStyle, finder } from "../../shell/dom.js";
import { createCallView } from "./call-view.js";
import { createConsole } from "./console.js";
import { createPlaygroundClient } from "./client.js";
import { createPadAnswers } from "./answer-pad.js";
import { fill } from "./view.js";
import { policyForbidsBlobs } from "../../worker/module-worker.js";
import * as words from "./text.js";

/** @import { Create } from "../lab.js" */
/** @import { Fault } from "./client.js" */

/** @type {Create} */
export async function createPython(element, page) {
  fill(element);
  await addStyle("python.css");
  const find = finder(element);
  const status = find(".status");
  let visible = true;
  let temporary = true; // the status disappears when a call is shown
  let unfit = ""; // which edits fail with the network in use, in words

  const client = createPlaygroundClient(page, {
    onMessage,
    onDeath: (byEdit) => restarted(byEdit ? words.EDIT_CRASHED : words.DIED),
  });
  const padAnswers = createPadAnswers(page, client, {
    onFault: showFault,
    onPrinted: (text) => shell.printed(text),
    onReset: () => reset(""),
  });
  const shell = createConsole(find(".console"), {
    run,
    suggest: (text) => client.ask("suggest", { text }),
    examples: () => client.ask("examples"),
    onExample: (example) => page.address.set({ example }, { push: true }),
    onStop() {
      client.restart();
      restarted("");
    },
  });
  const callView = createCallView(element, client, page.address, { edit, reset, fail });
  const live = createLive({
    look() {
      if (!visible || page.network() === null || client.busy) return null;
      const picture = page.picture() ?? undefined;
      // calls that are shown are those of this worker and network, of a sample if need be
      return picture !== undefined || callView.isShown ? { picture } : null;
    },
    ask: (drawn) => client.ask("ran", drawn),
    show(ran) {
      if (temporary && page.picture() !== null) say(policyForbidsBlobs() ? words.UNCONFINED : "");
      callView.show(ran);
    },
    fail,
    pause: 250,
  });
  page.onAnswer((answer) => {
    if (answer === null) empty();
    else if (visible) live.touch();
  });
  page.onNetwork(() => {
    const hasEdits = padAnswers.on || client.unfit.length > 0;
    if (visible || hasEdits) padAnswers.refresh().then(sayUnfit).catch(fail);
    if (visible) live.settle();
  });

  /** @param {any} message  a notification of the worker */
  function onMessage(message) {
    if (message.type === "printed") shell.printed(message.text);
    if (message.type === "figure") shell.draw(message.figure);
    if (message.stage === "whole") {
      say(words.stageWords("whole", message.loaded, message.total), true);
    }
  }

  /** Refreshes after a restart of Python. @param {string} why */
  function restarted(why) {
    padAnswers.refresh().then(() => say(why), fail);
    live.settle();
  }

  /** @param {Fault} fault  of the function that answered the pad */
  function showFault(fault) {
    callView.showFault(fault);
    client.reset().catch(fail);
    live.settle();
  }

  /** @param {string} key  @param {string} text */
  async function edit(key, text) {
    try {
      const fault = await client.edit(key, text);
      say(fault === undefined ? words.IN_USE : "");
      return fault;
    } finally {
      await padAnswers.refresh();
    }
  }

  /** @param {string} key */
  async function reset(key) {
    try {
      await client.reset(key);
      await padAnswers.refresh();
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
    say(words.because(words.NOT_STARTED, error), true);
  }

  /** @param {string} text  @param {boolean} [isTemporary] */
  function say(text, isTemporary = false) {
    status.textContent = text;
    temporary = isTemporary;
  }

  function sayUnfit() {
    const before = unfit;
    unfit = words.unfitWords(client.unfit, page.source().name);
    const isNeeded = unfit !== "" || page.picture() !== null; // else it says to draw
    if (unfit !== before && isNeeded) say(unfit, unfit === "");
  }

  function empty() {
    if (visible) say(words.DRAW_FIRST, true);
  }

  const offerExample = () => shell.offer(page.address.get("example")).catch(fail);
  page.address.listen(offerExample);

  say(words.STARTING, true);
  offerExample();
  client.ask("changed").then(() => page.picture() === null && empty(), fail);
  live.settle();
  return {
    visible(now) {
      visible = now;
      if (!now) return;
      callView.followSelection();
      live.settle();
    },
  };
}
