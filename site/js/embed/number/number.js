/**
 * A <digit-pad> for numbers: a sheet that is wider than high, and a text field for the whole
 * number. A file of its own in each language, which a pad loads if its attributes ask for it.
 */

import { sheetWidth } from "../../numbers/reading.js";
import { boundingBox, CANVAS, flatten, PEN } from "../../pad/strokes.js";
import { createConditions } from "./conditions.js";
import { stylesheet } from "./stylesheet-text.js";
import * as words from "./text.js";

/** @import { Stroke } from "../../pad/strokes.js" */
/** @import { Reading } from "../../worker/protocol.js" */
/** @typedef {typeof words & typeof import("../text.js")} Words */

/** In the place of the texts for one digit. */
export { words };

/** Height of the sheet in CSS pixels, unless the attribute `size` gives it. */
const HEIGHT = 144;
/** Probability below which a number is given as one of two. */
const UNSURE = 0.8;

/**
 * @param {HTMLElement} host  the <digit-pad>
 * @param {ReturnType<typeof import("../view.js").createView>} view
 * @param {object} events
 * @param {(text: string) => void} events.onType  the text in the field has changed
 * @param {() => void} events.onTyped  and the user is done with it
 * @param {() => void} events.onEnter
 * @returns {import("../one-digit.js").Kind}
 */
export function createNumber(host, { root, frame, canvas, field, pad, stopTyping }, events) {
  const conditions = createConditions(host);
  const { valueOf, faultOf } = conditions;
  const widthStyle = new CSSStyleSheet();
  let ratio = 0;
  root.adoptedStyleSheets.push(stylesheet, widthStyle);
  stopTyping();
  followTyping(canvas, field, pad, events);
  new ResizeObserver(fit).observe(frame);

  /** Make the canvas as wide as the paper, or as its ink. */
  function fit() {
    if (frame.clientWidth === 0) return;
    const side = getComputedStyle(host).getPropertyValue("--side");
    const visible = (frame.clientWidth * CANVAS) / (parseFloat(side) || HEIGHT);
    const right = boundingBox(pad.strokes())?.right ?? 0;
    pad.resize(sheetWidth(visible, right, -PEN / 2));
  }

  return {
    valueOf,
    faultOf,
    requestOf({ strokes }) {
      if (pad.pen.isDown()) return null;
      const wanted = { pattern: conditions.pattern() };
      return { strokes, ...flatten(strokes), conditions: wanted };
    },
    async ask(recognizer, model, { strokes, ...request }) {
      return { strokes, reading: await recognizer.read(model, request) };
    },
    /**
     * @param {{strokes: Stroke[], reading: Reading}} reply
     * @param {Words} said
     */
    judge({ strokes, reading }, said) {
      const { accepted, characters, confidence, readings } = reading;
      pad.hide(new Set(reading.crossed.map((index) => strokes[index])));
      const value = accepted ? valueOf(reading.text.replaceAll(" ", "")) : "";
      const isOther = (/** @type {string} */ one) => one !== "" && one !== value;
      const second = readings.map(([text]) => valueOf(text)).find(isOther) ?? "";
      const other = value !== "" && confidence < UNSURE ? second : "";
      let hint = said.readingWords(reading);
      if (other !== "") {
        const either = said.answerLabel({ answer: value, other });
        hint = said.fill(said.PAD_UNSURE, { either });
      } else if (value === "" && accepted && characters.length > 0) {
        hint = said.PAD_NO_DIGIT;
      }
      const status = value === "" ? "not-a-digit" : "digit";
      return {
        reading: { digit: value, other, probabilities: [], confidence, status },
        hint: faultOf(value, said)?.[1] ?? hint,
      };
    },
    update(/** @type {Words} */ said) {
      conditions.update(said);
      field.inputMode = conditions.inputMode();
      field.placeholder = said.PAD_TYPE;
      const next = Math.max(1, 0.4 + 0.45 * conditions.length());
      if (next !== ratio) {
        ratio = next; // of width and height
        widthStyle.replaceSync(`:host { --ratio: ${ratio}; --height: ${HEIGHT}px; }`);
      }
      fit();
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLInputElement} field
 * @param {Parameters<typeof createNumber>[1]["pad"]} pad
 * @param {Parameters<typeof createNumber>[2]} events
 */
function followTyping(canvas, field, pad, { onType, onTyped, onEnter }) {
  canvas.tabIndex = 0; // the arrow keys of the field move its caret, not the pen
  canvas.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (key !== "Backspace" && (key.length > 1 || key === " ")) return;
    if (key === "Backspace" && !pad.isEmpty()) {
      event.preventDefault();
      return pad.clear();
    }
    field.focus(); // the key goes there, to what was typed or instead of what is drawn
    const { length } = field.value;
    if (pad.isEmpty()) field.setSelectionRange(length, length);
  });
  field.addEventListener("keydown", ({ key, isComposing }) => {
    if (key === "Enter" && !isComposing) onEnter();
  });
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // the pad dispatches its own
    onType(field.value);
  });
  field.addEventListener("change", onTyped);
  field.addEventListener("focus", () => field.select());
}
