/**
 * The elements of the sheet for numbers: the boxes on the ink, and below the answer the
 * characters as buttons, each of which opens a list of what else it may be.
 */

import { CANVAS } from "../pad/strokes.js";
import { actionButton, div, finder, liveText, make, putAttribute, putText } from "../shell/dom.js";
import * as words from "./text.js";

/** @import { choicesFor, Shown } from "./reading.js" */
/** @typedef {ReturnType<typeof choicesFor>} Choices */

/** Probability of a character below which its button is marked. */
const DOUBTFUL = 0.8;
/** Of the window's width: ink further to the right makes the sheet scroll. */
const FULL = 0.7;

/**
 * @param {HTMLElement} scroller  with the pad
 * @param {HTMLElement} result  gets the characters
 * @param {object} events
 * @param {(character: Shown, text: string) => void} events.onPick
 * @param {(character: Shown) => void} events.onDelete
 */
export function createView(scroller, result, { onPick, onDelete }) {
  const find = finder(scroller);
  const paper = find(".paper");
  const canvas = find("#drawingCanvas", HTMLCanvasElement);
  const cursor = find("#cursor");

  const row = make("div", { class: "row", role: "group", "aria-label": words.CHARACTERS });
  const choices = make("div", { class: "choices", id: "choices", role: "group", hidden: true });
  const said = liveText("said");
  const teach = make("a", { href: "#lab-teach", hidden: true }, words.TEACH);
  const help = make("p", { class: "help" }, words.CORRECT);
  const box = make("div", { id: "characters", hidden: true }, row, choices, help, said, teach);
  result.querySelector(".verdict")?.after(box);

  /** @type {Shown[]} */
  let characters = [];
  let choicesOf = /** @type {(character: Shown) => Choices} */ (() => []);
  let open = -1; // the character whose list is open

  const buttons = () => /** @type {HTMLElement[]} */ ([...row.children]);
  const boxes = () => [...paper.querySelectorAll(".box")];

  /** Add or remove elements until there are as many as characters. @param {Element[]} old  @param {() => void} add */
  function match(old, add) {
    for (let i = old.length; i < characters.length; i += 1) add();
    for (const extra of old.slice(characters.length)) extra.remove();
  }

  function paintBoxes() {
    match(boxes(), () => paper.append(div("box")));
    for (const [i, one] of boxes().entries()) {
      const [left, top, right, bottom] = characters[i].box;
      const { style } = /** @type {HTMLElement} */ (one);
      style.left = `${(100 * left) / canvas.width}%`;
      style.top = `${(100 * top) / CANVAS}%`;
      style.width = `${(100 * (right - left)) / canvas.width}%`;
      style.height = `${(100 * (bottom - top)) / CANVAS}%`;
      one.classList.toggle("active", i === open || buttons()[i] === document.activeElement);
    }
  }

  function paintButtons() {
    match(buttons(), () =>
      row.append(make("button", { type: "button", "aria-controls": "choices" })),
    );
    for (const [i, button] of buttons().entries()) {
      const { text, probabilities, isFixed } = characters[i];
      putText(button, text);
      putAttribute(button, "aria-label", words.characterWords(characters[i], i));
      putAttribute(button, "aria-expanded", String(i === open));
      const isDoubtful = !isFixed && (probabilities[text] ?? 0) < DOUBTFUL;
      button.classList.toggle("doubtful", isDoubtful);
    }
  }

  /** @param {number} index  -1: none */
  function openChoices(index) {
    const isOther = index !== open;
    open = index;
    choices.hidden = index < 0;
    paintButtons();
    paintBoxes();
    if (!isOther) return; // the focus may be in the list
    if (index < 0) return choices.replaceChildren();
    const character = characters[index];
    const name = words.fill(words.INSTEAD, { character: words.spoken(character.text) });
    putAttribute(choices, "aria-label", name);
    choices.replaceChildren(
      ...choicesOf(character).map(choiceButton),
      actionButton("delete", words.DELETE),
    );
  }

  /** @param {Choices[number]} choice */
  function choiceButton({ text, share }) {
    const label = words.fill(words.CHANGE, { character: words.spoken(text) });
    const button = actionButton("pick", text, { value: text, "aria-label": label });
    if (share !== null) button.append(make("small", {}, words.percent(share)));
    return button;
  }

  function closeChoices() {
    const button = buttons()[open];
    const hadFocus = choices.contains(document.activeElement);
    openChoices(-1);
    if (hadFocus) button?.focus();
  }

  /** @param {Shown[]} next  @param {(character: Shown) => Choices} nextChoices */
  function show(next, nextChoices) {
    const isSame = textOf(next) === textOf(characters);
    [characters, choicesOf] = [next, nextChoices];
    box.hidden = characters.length === 0;
    if (box.hidden) showMessage("");
    openChoices(isSame ? open : -1);
  }

  /** @param {string} text  @param {boolean} [canTeach] */
  function showMessage(text, canTeach = false) {
    putText(said, text);
    teach.hidden = !canTeach;
  }

  row.addEventListener("click", ({ target }) => {
    const index = buttons().indexOf(/** @type {HTMLElement} */ (target));
    if (index >= 0) openChoices(index === open ? -1 : index);
  });
  for (const type of ["focusin", "focusout"]) {
    row.addEventListener(type, () => setTimeout(paintBoxes)); // once the focus has moved
  }
  choices.addEventListener("click", ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest("button");
    const character = characters[open];
    if (button === null || character === undefined) return;
    closeChoices();
    if (button.dataset.do === "delete") onDelete(character);
    else onPick(character, button.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeChoices();
  });
  canvas.addEventListener("keydown", () => {
    const nearest = /** @type {const} */ ({ block: "nearest", inline: "nearest" });
    if (!cursor.hidden) cursor.scrollIntoView(nearest);
  });

  return {
    paintBoxes,
    show,
    showMessage,
    /** Width that the window shows, in pixels of the canvas. */
    visibleUnits: () => (scroller.clientWidth * CANVAS) / Math.max(canvas.clientHeight, 1),
    /** Scroll until there is free paper to the right of the ink. @param {number} right */
    scrollPast(right) {
      const ink = (right * canvas.clientHeight) / CANVAS;
      if (ink < scroller.scrollLeft + FULL * scroller.clientWidth) return;
      const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const left = ink - (1 - FULL) * scroller.clientWidth;
      scroller.scrollTo({ left, behavior: isCalm ? "instant" : "smooth" });
    },
  };
}

/** @param {Shown[]} characters */
const textOf = (characters) => characters.map(({ text }) => text).join("");
