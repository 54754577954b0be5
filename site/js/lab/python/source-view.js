// @ts-check
/** The source of one call, with the number that was chosen; and its editor. */

import { make } from "../../shell/dom.js";
import { codeLines } from "./highlight.js";
import { createEditor } from "./editor.js";
import * as words from "./text.js";

/** @typedef {import("./client.js").Fault} Fault */
/** @typedef {import("./client.js").Piece} Piece */
/** @typedef {import("./client.js").Ran} Ran */
/** @typedef {import("./client.js").Shown} Shown */

/**
 * @param {HTMLElement} section
 * @param {object} told
 * @param {(index: number) => void} told.onPick  another call
 * @param {(at: number) => void} told.onNumber  another number of what it gives
 * @param {(text: string) => Promise<Piece[][]>} told.colour
 * @param {() => Promise<string>} told.text  of what is shown
 * @param {(key: string, text: string) => Promise<Fault | undefined>} told.edit
 * @param {(key: string) => void} told.reset
 */
export function createShown(section, told) {
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (section.querySelector(selector));
  const title = find("h3");
  const code = find(".code");
  const edit = find(".edit");
  const fault = find(".fault");
  const choose = find(".choose");
  const input = /** @type {HTMLInputElement} */ (find("input"));
  const buttons = {
    edit: find("[data-do=edit]"),
    ours: find("[data-do=ours]"),
    apply: /** @type {HTMLButtonElement} */ (find("[data-do=apply]")),
  };
  /** Texts that were not put in use, or not closed. @type {Map<string, string>} */
  const drafts = new Map();
  let key = ""; // of what is shown
  let name = "";
  let editing = ""; // the key of what is in the editor
  const editor = createEditor(edit, { colour: told.colour, onApply: apply });

  input.addEventListener("change", () => {
    if (input.checkValidity() && input.value !== "") told.onNumber(Number(input.value));
  });
  buttons.edit.addEventListener("click", async () => {
    const text = drafts.get(key) ?? (await told.text());
    open(text);
    editor.focus();
  });
  buttons.apply.addEventListener("click", apply);
  find("[data-do=close]").addEventListener("click", () => {
    close();
    buttons.edit.focus();
  });
  buttons.ours.addEventListener("click", () => {
    drafts.delete(key);
    close();
    told.reset(key);
    buttons.edit.focus();
  });

  /** @param {string} text */
  function open(text) {
    editing = key;
    editor.show(text, words.yourText(name));
    fail(undefined);
    place();
  }

  function close() {
    if (editing !== "") drafts.set(editing, editor.text);
    editing = "";
    fail(undefined);
    place();
  }

  /** The editor stands in the place of what it edits. */
  function place() {
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
      fail(await told.edit(editing, editor.text));
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
  function around({ calls }, index) {
    const { parent } = calls[index];
    const to = (/** @type {number} */ i) => {
      const button = make("button", { type: "button" }, calls[i].name);
      button.addEventListener("click", () => told.onPick(i));
      return button;
    };
    const below = new Map(); // of several calls of one function, the first
    calls.forEach((call, i) => {
      if (call.parent === index && !below.has(call.name)) below.set(call.name, i);
    });
    find(".around").replaceChildren(
      ...(parent < 0 ? [] : [words.calledBy(""), to(parent)]),
      ...(below.size === 0 ? [] : [words.CALLS, ...[...below.values()].map(to)]),
    );
  }

  /** @param {Ran} ran  @param {number} index  @param {Shown} shown */
  function numbers({ calls, labels }, index, { place: where, value }) {
    const { shape, greatest } = calls[index];
    const size = shape.reduce((product, n) => product * n, 1);
    const there = where.length > 0;
    choose.hidden = !there || editing !== "";
    if (!there) return;
    const at = where.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
    input.max = String(size - 1);
    if (document.activeElement !== input) input.value = String(at);
    find("output").textContent = words.numberWords(name, where, value);
    const some = size === labels.length ? labels : [];
    const chips = find(".labels");
    if (chips.children.length !== some.length) {
      chips.replaceChildren(
        ...some.map((label, i) => {
          const button = make("button", { type: "button" }, label);
          button.addEventListener("click", () => told.onNumber(i));
          return button;
        }),
      );
    }
    chips.hidden = some.length === 0;
    [...chips.children].forEach((chip, i) => {
      chip.setAttribute("aria-pressed", String(i === at));
      chip.classList.toggle("greatest", i === greatest);
    });
  }

  return {
    /** @param {Ran} ran  @param {number} index  @param {Shown} shown */
    show(ran, index, shown) {
      const other = ran.calls[index].name !== name;
      name = ran.calls[index].name;
      if (shown.key !== editing) close();
      key = shown.key;
      title.textContent = name;
      find(".where").textContent = words.whereWords(shown);
      around(ran, index);
      numbers(ran, index, shown);
      buttons.ours.hidden = !shown.edited || key === "";
      const { scrollTop } = code;
      code.replaceChildren(...codeLines(shown));
      code.setAttribute("aria-label", words.sourceOf(name));
      place();
      if (choose.hidden === false && shown.place.length === 0) choose.hidden = true;
      code.scrollTop = scrollTop;
      if (other) reveal();
    },
    /** The pad's fault, of what is being edited or not. @param {Fault} found */
    wrong(found) {
      fault.textContent = `${words.WENT_WRONG}\n\n${found.text}`;
      if (editing !== "") editor.mark(found.line);
    },
  };

  /** Bring the line that made the number into sight, within the code's own box. */
  function reveal() {
    const line = /** @type {HTMLElement | null} */ (code.querySelector(".made"));
    if (line === null) code.scrollTop = 0;
    else code.scrollTop = line.offsetTop - code.clientHeight / 2;
  }
}
