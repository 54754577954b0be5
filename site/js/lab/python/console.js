/** The console: an input for Python, examples, and a log of inputs and outputs. */

import { finder, make } from "../../shell/dom.js";
import { createFigure } from "./figure.js";
import { captureTab, commonPrefix, isWhole, newLine, type } from "./editor-keys.js";
import * as words from "./text.js";

/** @import { Done, Figure, Suggestion } from "./client.js" */

/** Maximum number of entries in the log. */
const MAX_ENTRIES = 300;
/** Milliseconds before a notice that the code is still running. */
const NOTICE_MS = 3000;

/**
 * @param {HTMLElement} section  with a .log and a form
 * @param {object} events
 * @param {(text: string) => Promise<Done>} events.run
 * @param {(text: string) => Promise<Suggestion>} events.suggest
 * @param {() => Promise<Record<string, string>>} events.examples  by key
 * @param {(key: string) => void} events.onExample  one was run
 * @param {() => void} events.onStop
 */
export function createConsole(section, { run, suggest, examples, onExample, onStop }) {
  const find = finder(section);
  const log = createLog(find(".log"));
  const form = find("form", HTMLFormElement);
  const area = find("textarea", HTMLTextAreaElement);
  const names = find(".names");
  const go = find("form .main", HTMLButtonElement);
  const stop = find("[data-do=stop]", HTMLButtonElement);
  let running = false;
  let stopped = false; // by the button
  let offered = /** @type {string | null} */ (null); // key of the example in the input
  let queue = /** @type {string[]} */ ([]); // submitted while something runs
  const recall = createRecall(area, setText);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitInput();
  });
  find(".examples").addEventListener("click", async ({ target }) => {
    const { example } = /** @type {HTMLElement} */ (target).dataset;
    if (example === undefined) return;
    mark(example);
    onExample(example);
    try {
      submit((await examples())[example]);
    } catch (error) {
      log.write("fault", words.reasonOf(error));
    }
  });
  stop.addEventListener("click", () => {
    if (queue.length > 0) setText([...queue, area.value].join("\n").trimEnd());
    queue = [];
    stopped = true;
    onStop();
  });
  find("[data-do=empty]").addEventListener("click", log.clear);
  area.addEventListener("input", () => {
    names.textContent = "";
    grow();
  });
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") enter(event);
    if (event.key === "ArrowUp") recall.move(event, -1);
    if (event.key === "ArrowDown") recall.move(event, 1);
  });
  captureTab(area, () => {
    const before = area.value.slice(0, area.selectionStart);
    if (area.value.trim() === "") return false;
    if (/(^|\n)[ ]*$/.test(before)) type(area, "    ");
    else complete(before);
    return true;
  });

  /** Marks an example as the current one. @param {string | null} key */
  function mark(key) {
    for (const button of section.querySelectorAll("[data-example]")) {
      const isCurrent = /** @type {HTMLElement} */ (button).dataset.example === key;
      button.ariaCurrent = isCurrent ? "true" : null;
    }
  }

  /** Puts an example into the input, unless the person has written there. @param {string | null} key */
  async function offer(key) {
    mark(key);
    if (key === offered) return;
    const texts = await examples();
    const isFree = area.value === "" || area.value === texts[offered ?? ""];
    const text = texts[key ?? ""] ?? "";
    if (!isFree || text === area.value) return;
    offered = key;
    setText(text);
  }

  /** @param {KeyboardEvent} event */
  function enter(event) {
    event.preventDefault();
    const atEnd = area.selectionEnd === area.value.length;
    const isForced = event.ctrlKey || event.metaKey;
    if (isForced || (!event.shiftKey && atEnd && isWhole(area.value))) submitInput();
    else newLine(area);
  }

  /** @param {string} text */
  function setText(text) {
    area.value = text;
    area.setSelectionRange(text.length, text.length);
    names.textContent = "";
    grow();
  }

  function grow() {
    area.rows = Math.min(area.value.split("\n").length, 16);
  }

  /** @param {string} before  the caret */
  async function complete(before) {
    if (running) return;
    const { begin, names: found } = await suggest(before).catch(() => ({
      begin: 0,
      names: [],
    }));
    if (area.value.slice(0, area.selectionStart) !== before) return;
    const rest = commonPrefix(found).slice(before.length - begin);
    if (rest !== "") type(area, rest);
    names.textContent = found.length > 1 ? found.join("  ") : "";
  }

  function submitInput() {
    const text = area.value.trimEnd();
    if (text === "") return area.focus(); // it waits for something to run
    setText("");
    submit(text);
  }

  /** Runs a text, after those that were submitted before. @param {string} text */
  async function submit(text) {
    recall.add(text);
    if (running) queue.push(text);
    else {
      await runOne(text);
      while (queue.length > 0) await runOne(/** @type {string} */ (queue.shift()));
    }
  }

  /** @param {string} text */
  async function runOne(text) {
    log.write("typed", text);
    stopped = false;
    busy(true);
    const late = setTimeout(() => (names.textContent = words.NOT_ENDED), NOTICE_MS);
    try {
      show(await run(text));
    } catch (error) {
      if (stopped) log.write("cut", words.STOPPED);
      else log.write("fault", words.reasonOf(error));
    }
    clearTimeout(late);
    names.textContent = "";
    busy(false);
  }

  /** @param {Done} done */
  function show({ echo, cut, fault }) {
    if (cut > 0) log.write("cut", words.fill(words.NOT_SHOWN, { count: cut }));
    if (fault !== undefined) log.write("fault", fault.text);
    if (echo !== "") log.write("echo", echo);
  }

  /** @param {boolean} now */
  function busy(now) {
    running = now;
    go.disabled = now;
    stop.disabled = !now;
    log.endOutput();
    if (now && document.activeElement === go) stop.focus(); // a disabled button loses the focus
    else if (!now && document.activeElement === stop) area.focus();
  }

  return {
    offer,
    /** Appends printed text, of the running code or of a function on the pad. @param {string} text */
    printed: (text) => log.printed(text, running),
    /** @param {Figure} figure  of the running code */
    draw: (figure) => log.append(createFigure(figure)),
  };
}

/**
 * Earlier inputs, recalled by the arrow keys.
 * @param {HTMLTextAreaElement} area
 * @param {(text: string) => void} setText
 */
function createRecall(area, setText) {
  const history = /** @type {string[]} */ ([]);
  let at = 0; // in the history; its length: the draft
  let draft = "";
  return {
    /** @param {string} text */
    add(text) {
      if (history.at(-1) !== text) history.push(text);
      at = history.length;
    },
    /** To an older or newer input, if the caret is in the first or last line. @param {KeyboardEvent} event  @param {number} step */
    move(event, step) {
      const { value, selectionStart, selectionEnd } = area;
      const atEdge =
        step < 0
          ? !value.slice(0, selectionStart).includes("\n")
          : !value.slice(selectionEnd).includes("\n");
      const next = at + step;
      if (!atEdge || event.shiftKey || next < 0 || next > history.length) return;
      event.preventDefault();
      if (at === history.length) draft = value;
      at = next;
      setText(history[at] ?? draft);
    },
  };
}

/** The inputs and outputs. @param {HTMLElement} element */
function createLog(element) {
  let output = /** @type {HTMLElement | null} */ (null); // of the code that runs

  function scroll() {
    element.scrollTop = element.scrollHeight;
  }

  /** Printed text that follows is another entry. @param {HTMLElement} entry */
  function append(entry) {
    endOutput();
    element.append(entry);
    while (element.children.length > MAX_ENTRIES) element.firstChild?.remove();
    scroll();
  }

  /** @param {string} kind  @param {string} text */
  function write(kind, text) {
    const entry = make("pre", { class: kind }, text);
    append(entry);
    return entry;
  }

  function endOutput() {
    output = null;
  }

  return {
    append,
    write,
    /** @param {string} text  @param {boolean} running  whether more may follow */
    printed(text, running) {
      if (!running) write("out", text.replace(/\n$/, ""));
      else if (output === null) output = write("out", text);
      else {
        output.append(text);
        scroll();
      }
    },
    /** The next printed text is a new entry. */
    endOutput,
    clear() {
      element.replaceChildren();
      endOutput();
    },
  };
}
