/**
 * <digit-pad>: a form field that is filled in by drawing or typing a digit, or a number.
 * docs/embed.md describes its public interface.
 */

import { ModelRefused } from "../networks/sources.js";
import { pairs } from "../pad/drawing-json.js";
import { areDigits, DIGITS, rangeOf } from "../text/labels.js";
import { createLive } from "../worker/latest-only.js";
import { FormField, internalsOf, submitByEnter, upgradeProperties } from "./form-field.js";
import { languageOf, loadNumber, loadWords } from "./language.js";
import { NUMBER_ATTRIBUTES, oneDigit, takesNumber } from "./one-digit.js";
import { createSharedRecognizer, labelsOf } from "./shared-worker-client.js";
import { labelOf, mayBecomeLabel, parseState, parseStrokes, serializeState } from "./value.js";
import { createView } from "./view.js";
import * as english from "./text.js";

/** @import { Description, Progress } from "../worker/protocol.js" */
/** @import { Stroke } from "../pad/strokes.js" */
/** @import { Problem } from "../text/page.js" */
/** @import { Fault, Reading } from "./one-digit.js" */
/** @typedef {typeof import("./number/number.js").createNumber} CreateNumber */

/** The worker starts when a pad is this close to the viewport. */
const ROOT_MARGIN = "300px";

/** Limits of the attribute `size`, in CSS pixels. */
const MIN_SIZE = 120;
const MAX_SIZE = 1000;

/** Errors that a retry cannot fix. */
const FINAL = new Set(["Unsupported", "ModelRefused"]);

const recognizer = createSharedRecognizer();

export class DigitPad extends FormField {
  static observedAttributes = [
    ...NUMBER_ATTRIBUTES,
    ..."model size min max step inputmode title value".split(" "),
    ..."aria-label required readonly lang".split(" "),
  ];

  #internals = internalsOf(this);
  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  #view = createView(this.#root, {
    onStart: () => this.#handleStart(),
    onMove: () => this.#recognition.touch(),
    onChange: () => this.#handleChange(),
    onType: (text) => this.#handleType(text),
    mayBecomeLabel: (text) => mayBecomeLabel(text, this.#labels() ?? DIGITS),
    onEnter: () => submitByEnter(this.#internals.form),
    onOther: () => this.#handleOther(),
    onRetry: () => this.#load(),
  });
  #kind = oneDigit;
  #recognition = createLive({
    look: () => this.#currentRequest(),
    ask: (request) => this.#kind.ask(recognizer, this.#model(), request),
    show: (answer, last) => this.#handleAnswer(answer, last),
    fail: (error) => this.#handleError(error),
  });
  #observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && this.#load(),
    { rootMargin: ROOT_MARGIN },
  );

  /** @type {import("./language.js").Words} */
  #language = english;
  #words = english; // of the kind and the labels that it reads
  #value = "";
  /** @type {Reading | null} */
  #reading = null; // of the current drawing, once it is recognized
  /** @type {Description | null} */
  #network = null; // null: not loaded yet
  /** @type {Problem | null} */
  #problem = null;
  #attempts = 0; // to load the network; replies to earlier ones are ignored
  #hasStarted = false;
  #pending = false; // the drawing has no final answer yet
  #isTelling = false; // the page just heard of an answer that is not final
  #isReplacing = false; // the drawing is changed by code, not by the user
  #text = ""; // that was typed, not drawn, for the value
  #isDirty = false; // the value no longer follows the attribute
  #disabled = false; // by its own attribute or a fieldset's
  #customError = "";

  constructor() {
    super();
    this.#internals.role = "group";
    // the parser may add the rest of the fallback, and a framework may add it again
    const fallback = new MutationObserver(() => this.replaceChildren());
    fallback.observe(this, { childList: true });
    this.addEventListener("focusin", () => {
      this.#updateName();
      this.#load();
    });
  }

  // --- called by the browser

  connectedCallback() {
    this.replaceChildren(); // the fallback for pages that this module has not reached
    this.#observer.observe(this);
    recognizer.onSlow(this.#view.setSlow);
    this.#prepare().catch((error) => this.#fail(error));
    this.#updateName();
    this.#updateForm();
    upgradeProperties(this); // last: it may throw
  }

  disconnectedCallback() {
    this.#view.pad.pen.up(); // the browser sends no event
    this.#observer.disconnect();
    recognizer.offProgress(this.#progress);
    recognizer.offSlow(this.#view.setSlow);
  }

  /** @param {string} name  @param {string | null} old  @param {string | null} next */
  attributeChangedCallback(name, old, next) {
    if (name === "size") this.#resize(next);
    if (name === "model" && next !== old) this.#handleModel();
    if (name === "value" && !this.#isDirty) this.#value = this.#valueOf(next);
    if (name === "readonly") this.#updateLock();
    if (name === "lang" || NUMBER_ATTRIBUTES.includes(name)) {
      this.#prepare().catch((error) => this.#fail(error));
    }
    this.#updateName();
    this.#updateForm();
    if (name === "value" && !this.#isDirty) this.#view.show(this.#value, "");
  }

  #handleModel() {
    this.#updateWords();
    if (!this.#isDirty) this.#value = this.#valueOf(this.getAttribute("value"));
    if (this.#hasStarted) this.#load(true);
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.#updateLock();
  }

  formResetCallback() {
    this.#isDirty = false;
    this.#replace([], this.#valueOf(this.getAttribute("value")));
  }

  /** @param {string} state  set by #updateForm, or a value filled in by the browser */
  formStateRestoreCallback(state) {
    const { value, strokes } = parseState(state, (text) => this.#valueOf(text));
    this.#isDirty = true;
    this.#replace(strokes, value);
    if (strokes.length === 0 || value !== "") return;
    this.#expectAnswer(); // the page was left before it was recognized
    this.#recognition.settle();
  }

  /** Use the language of the element's `lang` or its ancestors', and the kind it asks for. */
  async #prepare() {
    const language = languageOf(this);
    const isNumber = this.#kind !== oneDigit || takesNumber(this);
    const [words, number] = await Promise.all([
      loadWords(language),
      isNumber ? loadNumber(language) : null,
    ]);
    this.#language = number === null ? words : { ...words, ...number.words };
    this.#updateWords();
    if (number !== null && this.#kind === oneDigit) this.#widen(number.createNumber);
    this.#updateName();
    this.#updateForm();
  }

  /** Use the texts for what the pad reads. */
  #updateWords() {
    const isNumber = this.#kind !== oneDigit || takesNumber(this);
    const labels = this.#labels() ?? DIGITS;
    const others = isNumber ? {} : this.#language.textsOf(labels);
    this.#words = { ...this.#language, ...others };
    this.#view.setWords(this.#words);
    if (!isNumber) this.#view.setLabels(labels);
  }

  /** Of the network; null if it must be loaded to tell. */
  #labels() {
    return this.#network?.labels ?? labelsOf(this.#model());
  }

  /** From now on the pad is one for numbers. @param {CreateNumber} createNumber */
  #widen(createNumber) {
    this.#recognition.forget();
    this.#kind = createNumber(this, this.#view, {
      onType: (text) => this.#handleInput(this.#valueOf(text), text, false),
      onTyped: () => {
        if (this.#reading !== null && !this.#pending) this.#dispatch("change");
      },
      onEnter: () => submitByEnter(this.#internals.form),
    });
    this.#value = this.#valueOf(
      this.#isDirty ? this.#value : this.getAttribute("value"),
    );
    this.#showValue();
    if (this.#network !== null) this.#use(this.#network);
    if (this.#view.pad.isEmpty() || this.#value !== "") return;
    this.#expectAnswer(); // to what was drawn meanwhile
    this.#recognition.settle();
  }

  /** Whether the code for numbers has not been loaded yet. */
  #isNarrow() {
    return this.#kind === oneDigit && takesNumber(this);
  }

  /** @param {unknown} text  as an attribute or property has it */
  #valueOf(text) {
    const labels = this.#kind === oneDigit ? this.#labels() : DIGITS;
    if (labels === null || this.#isNarrow()) return String(text ?? ""); // for now
    return this.#kind.valueOf(text, labels);
  }

  // --- public properties and methods

  get value() {
    return this.#value;
  }

  /**
   * Replaces the drawing, unless it has that value: a framework may set the value it was given.
   * What is no label of the network, or no number, becomes "".
   */
  set value(next) {
    this.#isDirty = true;
    const value = this.#valueOf(next);
    const isTold = value === this.#value && (value !== "" || this.#isTelling);
    if (!isTold) this.#replace([], value);
  }

  /** The answer to the drawing, or null. */
  get reading() {
    return this.#reading;
  }

  /** The drawing: for each stroke its points [x, y] on paper that is 336 high. */
  get strokes() {
    return pairs(this.#view.pad.strokes());
  }

  /** Recognized like a drawing of the user's, with events. */
  set strokes(next) {
    this.#view.pad.put({ strokes: parseStrokes(next), picture: null });
  }

  /** Remove drawing and value, as the button does. */
  clear() {
    this.#view.pad.clear();
  }

  /** Undo the last change of the drawing, as the button does. */
  undo() {
    this.#view.pad.undo();
  }

  /**
   * The drawing as a picture, as the network sees it: black on white.
   * @param {string} [type]  image/png by default
   * @param {number} [quality]  0 to 1
   * @returns {Promise<Blob>}
   */
  toBlob(type = "image/png", quality) {
    return new Promise((resolve, reject) => {
      const take = (/** @type {Blob | null} */ blob) =>
        blob === null ? reject(new Error("the browser made no picture")) : resolve(blob);
      this.#view.pad.canvas().toBlob(take, type, quality);
    });
  }

  /** @param {string} message  "" for none */
  setCustomValidity(message) {
    this.#customError = String(message);
    this.#updateForm();
  }

  // --- drawing and typing

  #handleStart() {
    this.#expectAnswer();
    this.#recognition.touch();
  }

  /** The pen is up, or the drawing was undone, redone or cleared. */
  #handleChange() {
    if (this.#isReplacing) return;
    if (this.#view.pad.isEmpty()) return this.#handleInput("");
    this.#expectAnswer();
    this.#recognition.settle();
  }

  /** The drawing is the user's, and has no answer yet. */
  #expectAnswer() {
    if (this.#text !== "") {
      this.#text = this.#value = "";
      this.#showValue();
    }
    this.#isDirty = true;
    this.#pending = true;
    this.#view.setBusy(true);
    this.#updateForm();
    this.#load();
  }

  /** A key or text was typed. Returns whether it is a label. @param {string} text */
  #handleType(text) {
    const label = labelOf(text, this.#labels() ?? DIGITS);
    if (label !== "" && label !== this.#text) this.#handleInput(label);
    return label !== "";
  }

  /**
   * The user typed, or deleted everything.
   * @param {string} value
   * @param {string} [text]  that was typed for it
   * @param {boolean} [isFinal]
   */
  #handleInput(value, text = value, isFinal = true) {
    this.#isDirty = true;
    this.#replace([], value, text);
    const wrong = text === "" ? "blank" : "not-a-digit";
    const status = value === "" ? wrong : "digit";
    this.#setReading({ digit: value, other: "", probabilities: [], status });
    this.#dispatch("input");
    if (isFinal) this.#dispatch("change");
  }

  /**
   * Set drawing and value without events.
   * @param {Stroke[]} strokes
   * @param {string} value
   * @param {string} [text]  that was typed for it
   */
  #replace(strokes, value, text = "") {
    this.#isReplacing = true;
    const { pad } = this.#view;
    if (strokes.length > 0 || !pad.isEmpty()) pad.put({ strokes, picture: null });
    this.#isReplacing = false;
    this.#recognition.forget();
    this.#pending = false;
    this.#reading = null;
    this.#value = value;
    this.#text = text;
    this.#view.setBusy(false);
    this.#showValue();
    this.#updateForm();
  }

  /** @param {string} [words]  unless it was typed */
  #showValue(words = "") {
    if (this.#text === "") return this.#view.show(this.#value, words);
    const { PAD_NO_DIGIT, PAD_TYPED } = this.#words;
    const fault = this.#kind.faultOf(this.#value, this.#words);
    const hint = fault?.[1] ?? (this.#value === "" ? PAD_NO_DIGIT : PAD_TYPED);
    this.#view.show(this.#value, hint, this.#text);
  }

  #currentRequest() {
    const { pad } = this.#view;
    if (this.#network === null || this.#problem !== null || pad.isEmpty()) return null;
    return this.#isNarrow() ? null : this.#kind.requestOf(pad.drawing(), this.#network);
  }

  /** @param {unknown} answer  @param {boolean} last  the drawing has not changed since */
  #handleAnswer(answer, last) {
    this.#pending = !last || this.#view.pad.pen.isDown();
    const labels = this.#network?.labels ?? [];
    const { reading, hint } = this.#kind.judge(answer, this.#words, labels);
    this.#view.show(reading.digit, hint);
    this.#setReading(reading);
    this.#dispatch("input");
    if (this.#pending) return;
    this.#view.setBusy(false);
    this.#dispatch("change");
  }

  /** The user says that the second answer is right; the first can be had back. */
  #handleOther() {
    if (this.#reading === null) return;
    const { digit, other, probabilities, status } = this.#reading;
    this.#setReading({ digit: other, other: digit, probabilities, status });
    this.#view.show(other, this.#kind.faultOf(other, this.#words)?.[1] ?? "");
    this.#dispatch("input");
    this.#dispatch("change");
  }

  /** @param {Reading} reading */
  #setReading(reading) {
    this.#reading = reading;
    this.#value = reading.digit;
    this.#updateForm();
  }

  /** @param {"input" | "change"} type */
  #dispatch(type) {
    if (this.#pending) {
      this.#isTelling = true;
      setTimeout(() => (this.#isTelling = false)); // after a framework's microtasks
    }
    const detail = this.#reading;
    if (detail === null) return; // a listener has just set another value
    this.dispatchEvent(
      new CustomEvent(type, { bubbles: true, composed: true, detail }),
    );
  }

  // --- the worker

  #model() {
    return this.getAttribute("model") ?? "";
  }

  /** Load the network. @param {boolean} [again]  even if one was loaded or failed */
  async #load(again = this.#problem !== null) {
    this.#observer.disconnect();
    if (this.#hasStarted && !again) return;
    this.#hasStarted = true;
    const attempt = (this.#attempts += 1);
    this.#network = this.#problem = null;
    if (again) this.#pending = !this.#view.pad.isEmpty();
    this.#view.showProblem(null);
    this.#view.setBusy(this.#text === "");
    this.#updateForm();
    recognizer.onProgress(this.#progress);
    try {
      const [network] = await Promise.all([
        recognizer.open(this.#model()),
        this.#isNarrow() ? this.#prepare() : null,
      ]);
      if (attempt !== this.#attempts) return;
      this.#network = network;
      this.#use(network);
      this.#showValue();
      if (this.#pending) this.#recognition.settle();
      else this.#view.setBusy(false);
      this.dispatchEvent(new Event("ready"));
    } catch (error) {
      if (attempt === this.#attempts) this.#fail(error);
    } finally {
      if (attempt === this.#attempts) recognizer.offProgress(this.#progress);
    }
  }

  /** Take only a network's labels from now on. @param {Description} network */
  #use({ name, labels }) {
    if (this.#kind !== oneDigit) {
      if (areDigits(labels)) return;
      const { fill, NOT_FOR_NUMBERS } = this.#words;
      throw new ModelRefused(fill(NOT_FOR_NUMBERS, { name, labels: rangeOf(labels) }));
    }
    this.#updateWords();
    this.#updateName();
    if (this.#text !== "" && !labels.includes(this.#text)) this.#handleInput("");
    if (!this.#isDirty) this.#value = this.#valueOf(this.getAttribute("value"));
    else if (!labels.includes(this.#value)) this.#value = "";
    this.#updateForm();
  }

  #progress = (/** @type {Progress} */ { stage, loaded, total }) => {
    this.#view.setBusy(this.#text === "");
    this.#showValue(this.#words.stageWords(stage, loaded, total));
  };

  /** Recognition failed. @param {unknown} error */
  #handleError(error) {
    if (recognizer.mayTryAgain(error)) this.#load(true);
    else this.#fail(error);
  }

  /** @param {unknown} error */
  #fail(error) {
    const name = error instanceof Error ? error.name : "";
    this.#recognition.forget();
    this.#problem = this.#words.padProblem(error);
    if (this.#pending) this.#value = ""; // of an earlier drawing
    this.#pending = false;
    this.#view.setBusy(false);
    this.#showValue();
    this.#view.showProblem(this.#problem, !FINAL.has(name));
    this.#updateForm();
    console.error(`<digit-pad>: ${this.#problem.title}. ${this.#problem.text}`);
    this.dispatchEvent(new CustomEvent("error", { detail: this.#problem }));
  }

  // --- the form

  /** Report value, state and validity to the form. */
  #updateForm() {
    const { strokes } = this.#view.pad.drawing();
    this.#kind.update(this.#words);
    const state = serializeState({ value: this.#value, strokes });
    this.#internals.setFormValue(this.#value, state);
    this.#view.showOther(this.#pending ? "" : (this.#reading?.other ?? ""));
    const [flags, message] = this.#validity();
    this.#internals.setValidity(flags, message, this.#view.canvas);
  }

  /** @returns {Fault} */
  #validity() {
    if (this.#customError !== "") return [{ customError: true }, this.#customError];
    const fault = this.#kind.faultOf(this.#value, this.#words);
    if (fault?.[0].customError) return fault;
    if (this.#view.pad.isEmpty() && this.#value + this.#text === "") {
      if (!this.hasAttribute("required")) return [{}, ""];
      return [{ valueMissing: true }, this.#words.PAD_MISSING];
    }
    if (this.#pending) return [{ badInput: true }, this.#words.PAD_READING];
    if (this.#value !== "") return fault ?? [{}, ""];
    const failed = this.#problem !== null;
    return [{ badInput: true }, failed ? this.#words.PAD_UNREAD : this.#words.PAD_NO_DIGIT];
  }

  #updateLock() {
    this.#view.setLocked(this.#disabled || this.hasAttribute("readonly"), this.#disabled);
  }

  #updateName() {
    const labels = [...this.#internals.labels].map(({ textContent }) =>
      (textContent ?? "").replaceAll(/\s+/g, " ").trim(),
    );
    const label = this.getAttribute("aria-label") ?? labels.join(" ");
    const name = label === "" ? this.#words.PAD : label;
    const required = this.hasAttribute("required");
    this.#internals.ariaLabel = name;
    const paper = this.#words.padName(label, this.#words.PAD_PAPER, required);
    this.#view.setNames(name, paper, required);
  }

  /** @param {string | null} text */
  #resize(text) {
    const side = Number(text);
    const isValid = text === null || (side >= MIN_SIZE && side <= MAX_SIZE);
    this.#view.resize(isValid && text !== null ? side : null);
    if (isValid) return;
    const { BAD_SIZE, fill } = this.#words;
    const range = { size: text, least: MIN_SIZE, most: `${MAX_SIZE}` };
    console.error(`<digit-pad>: ${fill(BAD_SIZE, range)}`);
  }
}

// if a page loads two releases, the first one stays
if (customElements.get("digit-pad") === undefined) {
  customElements.define("digit-pad", DigitPad);
}
