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
  const picker = createPicker(find(".choose"), events.onNumber);
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

  buttons.edit.addEventListener("click", async () => {
    try {
      open(drafts.get(key) ?? (await events.text()));
      editor.focus();
    } catch (error) {
      fault.textContent = words.reasonOf(error);
    }
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
    code.hidden = editing !== "";
    picker.visible(editing === "");
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
    const to = (/** @type {number} */ i) => chip(calls[i].name, () => events.onPick(i));
    const callees = new Map(); // by name: the first call of each function
    calls.forEach((call, i) => {
      if (call.parent === index && !callees.has(call.name)) callees.set(call.name, i);
    });
    find(".around").replaceChildren(
      ...(parent < 0 ? [] : [words.fill(words.CALLED_BY, { name: "" }), to(parent)]),
      ...(callees.size === 0 ? [] : [words.CALLS, ...[...callees.values()].map(to)]),
    );
  }

  return {
    /** @param {Ran} ran  @param {number} index  @param {Shown} shown */
    show(ran, index, shown) {
      const isOther = ran.calls[index].name !== name;
      name = ran.calls[index].name;
      // an error stays while the same call is shown again, for another drawing
      if (editing === "" ? isOther : shown.key !== editing) close();
      key = shown.key;
      title.textContent = name;
      find(".where").textContent = words.whereWords(shown);
      paintNeighbours(ran, index);
      picker.show(ran, index, shown);
      buttons.reset.hidden = !shown.edited || key === "";
      const { scrollTop } = code;
      code.replaceChildren(...codeLines(shown));
      code.setAttribute("aria-label", words.fill(words.SOURCE, { name }));
      showOne();
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

/** @param {string} text  @param {() => void} onClick */
function chip(text, onClick) {
  const button = make("button", { type: "button" }, text);
  button.addEventListener("click", onClick);
  return button;
}

/**
 * Picks a value of a call's output, by its index or by its label.
 * @param {HTMLElement} element
 * @param {(at: number) => void} onNumber
 */
function createPicker(element, onNumber) {
  const find = finder(element);
  const input = find("input", HTMLInputElement);
  const chips = find(".labels");
  let exists = false; // a value that can be picked

  input.addEventListener("change", () => {
    if (input.checkValidity() && input.value !== "") onNumber(Number(input.value));
  });

  return {
    /** @param {boolean} now */
    visible(now) {
      element.hidden = !now || !exists;
    },
    /** @param {Ran} ran  @param {number} index  of the call  @param {Shown} shown */
    show({ calls, labels }, index, { place, value }) {
      const { name, shape, greatest } = calls[index];
      exists = place.length > 0;
      if (!exists) return;
      const size = shape.reduce((product, n) => product * n, 1);
      const at = place.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
      input.max = String(size - 1);
      if (document.activeElement !== input) input.value = String(at);
      find("output").textContent = words.numberWords(name, place, value);
      const names = size === labels.length ? labels : [];
      if (chips.children.length !== names.length) {
        chips.replaceChildren(...names.map((label, i) => chip(label, () => onNumber(i))));
      }
      chips.hidden = names.length === 0;
      for (const [i, one] of [...chips.children].entries()) {
        one.setAttribute("aria-pressed", String(i === at));
        one.classList.toggle("greatest", i === greatest);
      }
    },
  };
}
