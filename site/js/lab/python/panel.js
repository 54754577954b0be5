// @ts-check
/** The panel in which the Python of the page is read, edited and used: owns #lab-python. */

import { createLive } from "../../worker/latest-only.js";
import { takeSelection } from "../inspect/selection.js";
import { make } from "../../shell/dom.js";
import { addStyle } from "../../shell/stylesheet.js";
import { createConsole } from "./console.js";
import { createDesk } from "./client.js";
import { createOnPad } from "./answer-pad.js";
import { furnish } from "./view.js";
import { createShown } from "./source-view.js";
import * as words from "./text.js";

/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */
/** @typedef {import("./client.js").Fault} Fault */
/** @typedef {import("./client.js").Ran} Ran */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createPython(element, page) {
  furnish(element);
  await addStyle("python.css");
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const said = find(".said");
  const list = find(".way ol");
  /** @type {Ran | null} */
  let ran = null;
  let name = "Dense.forward"; // of the call that is shown, and which of that name
  let which = Infinity; // at first the last: what it gives are the logits
  /** @type {number | null} */
  let number = null; // of what it gives; null: the greatest
  /** @type {import("../inspect/selection.js").Selection | null} */
  let selection = null; // to be shown once its call is known
  let seen = true;
  let passing = true; // what is said goes when there is something to be seen

  const desk = createDesk(page, { onMessage, onDeath });
  const onPad = createOnPad(page, desk, {
    onFault: wrong,
    onPrinted: (text) => shell.printed(text),
    onReset: () => reset(""),
  });
  const shell = createConsole(find(".console"), {
    run,
    suggest: (text) => desk.ask("suggest", { text }),
    onStop: () => stopped(words.STOPPED),
  });
  const shown = createShown(find(".shown"), {
    onPick(at) {
      pick(at);
      show().catch(fail);
    },
    onNumber(at) {
      number = at;
      show().catch(fail);
    },
    colour: (text) => (desk.busy ? Promise.reject() : desk.ask("colour", { text })),
    text: () => desk.ask("text", { index: index() }),
    async edit(key, text) {
      const fault = await desk.edit(key, text);
      await changed();
      say(fault === undefined ? words.IN_USE : "");
      return fault;
    },
    reset,
  });
  const live = createLive({
    look: () => (seen && page.network() !== null && !desk.busy ? page.picture() : null),
    ask: (picture) => desk.ask("ran", { picture }),
    show(next) {
      if (passing) say("");
      ran = next;
      follow();
      paint();
      show().catch(fail);
    },
    fail,
    pause: 250,
  });
  page.onAnswer((answer) => {
    if (answer === null) empty();
    else if (seen) live.touch();
  });
  page.onNetwork(() => {
    if (seen || onPad.on) changed().catch(fail);
    if (seen) live.settle();
  });

  list.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (button === null) return;
    pick(Number(button.dataset.call));
    show().catch(fail);
  });

  /** @param {any} message  that the worker tells unasked */
  function onMessage(message) {
    if (message.type === "printed") shell.printed(message.text);
    if (message.stage === "whole") {
      say(words.wholeWords(message.loaded, message.total), true);
    }
  }

  function onDeath() {
    stopped(words.DIED, false);
  }

  /** Begin anew: what somebody typed did not end, or broke it. @param {string} why */
  function stopped(why, restart = true) {
    if (restart) desk.restart();
    changed()
      .then(() => say(why))
      .catch(fail);
    live.settle();
  }

  /** @param {Fault} fault  of what answered the pad */
  function wrong(fault) {
    shown.wrong(fault);
    desk.reset().catch(fail);
    live.settle();
  }

  /** Whose answers they are now. */
  async function changed() {
    onPad.show(await desk.ask("changed"));
  }

  /** Within the list alone: the page stays where it is. @param {HTMLElement} entry */
  function bringIntoSight({ offsetTop, offsetHeight }) {
    const top = offsetTop - list.offsetTop;
    if (top < list.scrollTop) list.scrollTop = top;
    const below = top + offsetHeight - list.clientHeight;
    if (below > list.scrollTop) list.scrollTop = below;
  }

  async function begin() {
    await desk.ask("changed");
    if (page.picture() === null) empty();
  }

  /** @param {string} key */
  async function reset(key) {
    try {
      await desk.reset(key);
      await changed();
      say(key === "" ? words.ALL_OURS : words.OURS_AGAIN);
    } catch (error) {
      fail(error);
    }
    live.settle();
  }

  /** @param {string} text */
  async function run(text) {
    const strokes = page.drawing().map((stroke) => stroke.map(({ x, y }) => [x, y]));
    const picture = page.picture() ?? undefined;
    const done = await desk.run({ text, strokes, picture });
    onPad.show(done.changed);
    if (done.changed.length === 0) live.settle();
    return done;
  }

  /** @param {unknown} error */
  function fail(error) {
    say(words.notHere(error), true);
  }

  /** @param {string} text  @param {boolean} [passes] */
  function say(text, passes = false) {
    said.textContent = text;
    passing = passes;
  }

  function empty() {
    live.forget();
    if (seen) say(words.DRAW_FIRST, true);
  }

  /** Of the calls, the one that is shown: it may be another place by now. */
  function index() {
    const { calls } = /** @type {Ran} */ (ran);
    const alike = calls.flatMap((call, i) => (call.name === name ? [i] : []));
    return alike[Math.min(which, alike.length - 1)] ?? 0;
  }

  /** @param {number} at */
  function pick(at) {
    const { calls } = /** @type {Ran} */ (ran);
    name = calls[at].name;
    which = calls.slice(0, at).filter((call) => call.name === name).length;
    number = null;
  }

  /** Show what another panel has led to, once it is known what ran. */
  function follow() {
    selection = takeSelection() ?? selection;
    if (selection === null || ran === null) return;
    const { layer, at } = selection;
    const call = ran.calls.findIndex((one) => one.layer === layer + 1);
    if (call >= 0) {
      pick(call);
      number = at;
      find(".shown").scrollIntoView({ block: "nearest" });
    }
    selection = null;
  }

  async function show() {
    if (ran === null || desk.busy) return;
    const now = ran;
    const at = index();
    mark(at);
    const of = number ?? Math.max(now.calls[at].greatest, 0);
    const source = await desk.ask("show", { index: at, at: of });
    if (ran === now && at === index()) shown.show(now, at, source);
  }

  function paint() {
    const { calls } = /** @type {Ran} */ (ran);
    const main = calls.flatMap((call, i) => (call.main ? [i] : []));
    if (list.children.length !== main.length) {
      list.replaceChildren(...main.map(() => entry()));
    }
    main.forEach((at, i) => {
      const button = /** @type {HTMLButtonElement} */ (list.children[i].firstChild);
      const [title, about] = button.children;
      title.textContent = calls[at].name;
      about.textContent = words.callWords(calls[at]);
      button.dataset.call = String(at);
    });
  }

  /** Which of the list is shown, or calls what is shown. @param {number} at */
  function mark(at) {
    const { calls } = /** @type {Ran} */ (ran);
    let main = at;
    while (main >= 0 && !calls[main].main) main = calls[main].parent;
    for (const item of list.children) {
      const button = /** @type {HTMLButtonElement} */ (item.firstChild);
      const ours = button.dataset.call === String(main);
      if (ours) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (ours) bringIntoSight(button);
    }
  }

  say(words.STARTING, true);
  begin().catch(fail);
  live.settle();
  return {
    visible(visible) {
      seen = visible;
      if (!visible) return;
      follow();
      live.settle();
    },
  };
}

/** A call in the list. */
const entry = () =>
  make(
    "li",
    {},
    make(
      "button",
      { type: "button" },
      make("span", { class: "name" }),
      make("small", {}),
    ),
  );
