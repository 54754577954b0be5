/** The source of one call with a value of its output, and its editor. */

import { finder, make } from "../../shell/dom.js";
import { codeLines } from "./highlight.js";
import { createEditor } from "./editor.js";
import * as words from "./text.js";

/** @import { Fault, Piece, Ran, Shown } from "./client.js" */

/**
 * @param {HTMLElement} section
 * @param {object} events
 * @param {(index: number) => void} events.onPick  another call was picked
 * @param {(at: number) => void} events.onNumber  another value of the output was picked
 * @param {(text: string) => Promise<Piece[][]>} events.tokenize
 * @param {() => Promise<string>} events.text  of the call that is shown
 * @param {(key: string, text: string) => Promise<Fault | undefined>} events.edit
 * @param {(key: string) => void} events.reset
 */
export function createSourceView(section, events) {
  const find = finder(section);
  const title = find("h3");
  const code = find(".code");
  const edit = find(".edit");
  const fault = find(".fault");
  const choose = find(".choose");
  const input = find("input", HTMLInputElement);
  const buttons = {
    edit: find("[data-do=edit]"),
    reset: find("[data-do=reset]"),
    apply: find("[data-do=apply]", HTMLButtonElement),
  };
  /** Edited texts by key. @type {Map<string, string>} */
  const drafts = new Map();
  let key = ""; // of the function that is shown
  let name = "";
  let editing = ""; // the key of the function in the editor
  const editor = createEditor(edit, { tokenize: events.tokenize, onApply: apply });

  input.addEventListener("change", () => {
    if (input.checkValidity() && input.value !== "") events.onNumber(Number(input.value));
  });
  buttons.edit.addEventListener("click", async () => {
    const text = drafts.get(key) ?? (await events.text());
    open(text);
    editor.focus();
  });
  buttons.apply.addEventListener("click", apply);
  find("[data-do=close]").addEventListener("click", () => {
    close();
    buttons.edit.focus();
  });
  buttons.reset.addEventListener("click", () => {
    drafts.delete(key);
    close();
    events.reset(key);
    buttons.edit.focus();
  });

  /** @param {string} text */
  function open(text) {
    editing = key;
    editor.show(text, words.fill(words.YOUR_TEXT, { name }));
    fail(undefined);
    showOne();
  }

  function close() {
    if (editing !== "") drafts.set(editing, editor.text);
    editing = "";
    fail(undefined);
    showOne();
  }

  /** Shows either the source or the editor. */
  function showOne() {
    edit.hidden = editing === "";
    code.hidden = choose.hidden = editing !== "";
    buttons.edit.hidden = key === "" || editing !== "";
  }

  async function apply() {
    if (buttons.apply.disabled || editing === "") return;
    buttons.apply.disabled = true;
    fail(undefined);
    drafts.set(editing, editor.text);
    try {
      fail(await events.edit(editing, editor.text));
    } catch (error) {
      fail({ text: words.reasonOf(error), line: 0 });
    }
    buttons.apply.disabled = false;
  }

  /** @param {Fault | undefined} found */
  function fail(found) {
    fault.textContent = found === undefined ? "" : `${found.text}\n\n${words.STAYS}`;
    editor.mark(found?.line ?? 0);
  }

  /** @param {Ran} ran  @param {number} index */
  function paintNeighbours({ calls }, index) {
    const { parent } = calls[index];
    const to = (/** @type {number} */ i) => {
      const button = make("button", { type: "button" }, calls[i].name);
      button.addEventListener("click", () => events.onPick(i));
      return button;
    };
    const callees = new Map(); // by name: the first call of each function
    calls.forEach((call, i) => {
      if (call.parent === index && !callees.has(call.name)) callees.set(call.name, i);
    });
    find(".around").replaceChildren(
      ...(parent < 0 ? [] : [words.fill(words.CALLED_BY, { name: "" }), to(parent)]),
      ...(callees.size === 0 ? [] : [words.CALLS, ...[...callees.values()].map(to)]),
    );
  }

  /** @param {Ran} ran  @param {number} index  @param {Shown} shown */
  function paintValues({ calls, labels }, index, { place: where, value }) {
    const { shape, greatest } = calls[index];
    const size = shape.reduce((product, n) => product * n, 1);
    const exists = where.length > 0;
    choose.hidden = !exists || editing !== "";
    if (!exists) return;
    const at = where.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
    input.max = String(size - 1);
    if (document.activeElement !== input) input.value = String(at);
    find("output").textContent = words.numberWords(name, where, value);
    const shownLabels = size === labels.length ? labels : [];
    const chips = find(".labels");
    if (chips.children.length !== shownLabels.length) {
      chips.replaceChildren(
        ...shownLabels.map((label, i) => {
          const button = make("button", { type: "button" }, label);
          button.addEventListener("click", () => events.onNumber(i));
          return button;
        }),
      );
    }
    chips.hidden = shownLabels.length === 0;
    [...chips.children].forEach((chip, i) => {
      chip.setAttribute("aria-pressed", String(i === at));
      chip.classList.toggle("greatest", i === greatest);
    });
  }

  return {
    /** @param {Ran} ran  @param {number} index  @param {Shown} shown */
    show(ran, index, shown) {
      const isOther = ran.calls[index].name !== name;
      name = ran.calls[index].name;
      if (shown.key !== editing) close();
      key = shown.key;
      title.textContent = name;
      find(".where").textContent = words.whereWords(shown);
      paintNeighbours(ran, index);
      paintValues(ran, index, shown);
      buttons.reset.hidden = !shown.edited || key === "";
      const { scrollTop } = code;
      code.replaceChildren(...codeLines(shown));
      code.setAttribute("aria-label", words.fill(words.SOURCE, { name }));
      showOne();
      if (choose.hidden === false && shown.place.length === 0) choose.hidden = true;
      code.scrollTop = scrollTop;
      if (isOther) scrollToLine();
    },
    /** Shows an error of the function that answered the pad. @param {Fault} found */
    showFault(found) {
      fault.textContent = `${words.WENT_WRONG}\n\n${found.text}`;
      if (editing !== "") editor.mark(found.line);
    },
  };

  /** Scrolls to the line that computed the value, within the code's own box. */
  function scrollToLine() {
    const line = /** @type {HTMLElement | null} */ (code.querySelector(".made"));
    if (line === null) code.scrollTop = 0;
    else code.scrollTop = line.offsetTop - code.clientHeight / 2;
  }
}
