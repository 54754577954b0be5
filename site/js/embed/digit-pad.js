/**
 * <digit-pad>: a form field that is filled in by drawing or typing a digit. docs/embed.md
 * describes its public interface.
 */

import { createLive } from "../worker/latest-only.js";
import { createRasterizer } from "../pad/rasterize.js";
import { FormField, internalsOf, upgradeProperties } from "./form-field.js";
import { languageOf, loadWords } from "./language.js";
import { createSharedRecognizer } from "./shared-worker-client.js";
import { digitOf, labelOf, parseState, serializeState } from "./value.js";
import { createView } from "./view.js";
import * as english from "./text.js";

/** @import { Answer, Description, Progress } from "../worker/protocol.js" */
/** @import { Stroke } from "../pad/strokes.js" */
/** @import { Problem } from "../text/page.js" */
/**
 * The `detail` of the events `input` and `change`.
 * @typedef {object} Reading
 * @property {string} digit  "0" to "9", or "" if none was recognized
 * @property {string} other  the second-likeliest digit if the network is unsure, or ""
 * @property {number[]} probabilities  of 0 to 9, summing to 1; empty if nothing is drawn
 * @property {Answer["status"]} status
 */

/** The worker starts when a pad is this close to the viewport. */
const ROOT_MARGIN = "300px";

/** Limits of the attribute `size`, in CSS pixels. */
const MIN_SIZE = 120;
const MAX_SIZE = 1000;

/** Errors that a retry cannot fix. */
const FINAL = new Set(["ForeignPage", "Unsupported", "ModelRefused"]);

const recognizer = createSharedRecognizer();

export class DigitPad extends FormField {
  static observedAttributes =
    "model size digits value aria-label required readonly lang".split(" ");

  #internals = internalsOf(this);
  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  #view = createView(this.#root, {
    onStart: () => this.#handleStart(),
    onMove: () => this.#recognition.touch(),
    onChange: () => this.#handleChange(),
    onType: (text) => this.#handleType(text),
    onEnter: () => this.#internals.form?.requestSubmit(),
    onRetry: () => this.#load(),
  });
  #scaled = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  #rasterize = createRasterizer(this.#scaled);
  #recognition = createLive({
    look: () => this.#currentRequest(),
    ask: (picture) => recognizer.recognize(this.#model(), picture),
    show: (/** @type {Answer} */ answer, last) => this.#handleAnswer(answer, last),
    fail: (error) => this.#handleError(error),
  });
  #observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && this.#load(),
    { rootMargin: ROOT_MARGIN },
  );

  /** @type {import("./language.js").Words} */
  #words = english;
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
  #isReplacing = false; // the drawing is changed by code, not by the user
  #isTyped = false; // the value was typed, not drawn
  #isDirty = false; // the value no longer follows the attribute
  #disabled = false; // by its own attribute or a fieldset's
  #customError = "";

  constructor() {
    super();
    this.#internals.role = "group";
    this.addEventListener("focusin", () => {
      this.#updateName();
      this.#load();
    });
  }

  // --- called by the browser

  connectedCallback() {
    upgradeProperties(this);
    this.#removeFallback();
    this.#observer.observe(this);
    recognizer.onSlow(this.#view.setSlow);
    this.#translate();
    this.#updateName();
    this.#updateForm();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    recognizer.offProgress(this.#progress);
    recognizer.offSlow(this.#view.setSlow);
  }

  /** @param {string} name  @param {string | null} _old  @param {string | null} next */
  attributeChangedCallback(name, _old, next) {
    if (name === "size") this.#resize(next);
    if (name === "digits") this.#reportDigitsError();
    if (name === "model" && this.#hasStarted) this.#load(true);
    if (name === "value" && !this.#isDirty) this.#value = digitOf(next);
    if (name === "readonly") this.#updateLock();
    if (name === "lang") this.#translate();
    this.#updateName();
    this.#updateForm();
    if (name === "value" && !this.#isDirty) this.#view.show(this.#value, "");
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.#updateLock();
  }

  formResetCallback() {
    this.#isDirty = false;
    this.#replace([], digitOf(this.getAttribute("value")));
  }

  /** @param {string} state  set by #updateForm, or a value filled in by the browser */
  formStateRestoreCallback(state) {
    const { value, strokes } = parseState(state);
    this.#isDirty = true;
    this.#replace(strokes, value);
    if (strokes.length === 0 || value !== "") return;
    this.#expectAnswer(); // the page was left before it was recognized
    this.#recognition.settle();
  }

  /** Use the language of the element's `lang` or its ancestors'. */
  async #translate() {
    const words = await loadWords(languageOf(this));
    if (words === this.#words) return;
    this.#words = words;
    this.#view.setWords(words);
    this.#updateName();
    this.#updateForm();
  }

  /** What lies in the element is for pages that this module has not reached. */
  #removeFallback() {
    this.replaceChildren();
    if (document.readyState !== "loading") return;
    const again = () => this.replaceChildren(); // the rest was not parsed yet
    document.addEventListener("DOMContentLoaded", again, { once: true });
  }

  // --- public properties and methods

  get value() {
    return this.#value;
  }

  /** Replaces the drawing by a digit; any other value becomes "". */
  set value(next) {
    this.#isDirty = true;
    this.#replace([], digitOf(next));
  }

  /** The answer to the drawing, or null. */
  get reading() {
    return this.#reading;
  }

  get type() {
    return "digit-pad";
  }

  /** @param {string} message  "" for none */
  setCustomValidity(message) {
    this.#customError = message;
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
    if (this.#isTyped) {
      this.#isTyped = false;
      this.#value = "";
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
    const label = labelOf(text, this.#network?.labels);
    if (label !== "" && !(this.#isTyped && label === this.#value)) this.#handleInput(label);
    return label !== "";
  }

  /** The user typed a label, or deleted everything. @param {string} label  or "" */
  #handleInput(label) {
    this.#isDirty = true;
    this.#replace([], label);
    this.#isTyped = label !== "";
    this.#showValue();
    const status = this.#isTyped ? "digit" : "blank";
    this.#setReading({ digit: label, other: "", probabilities: [], status });
    this.#dispatch("input");
    this.#dispatch("change");
  }

  /** Set drawing and value without events. @param {Stroke[]} strokes  @param {string} value */
  #replace(strokes, value) {
    this.#isReplacing = true;
    const { pad } = this.#view;
    if (strokes.length > 0 || !pad.isEmpty()) pad.put({ strokes, picture: null });
    this.#isReplacing = false;
    this.#recognition.forget();
    this.#pending = this.#isTyped = false;
    this.#reading = null;
    this.#value = value;
    this.#view.setBusy(false);
    this.#showValue();
    this.#updateForm();
  }

  /** @param {string} [words]  unless it was typed */
  #showValue(words = "") {
    this.#view.show(this.#value, this.#isTyped ? this.#words.PAD_TYPED : words);
  }

  #currentRequest() {
    const { pad } = this.#view;
    if (this.#network === null || this.#problem !== null || pad.isEmpty()) return null;
    return this.#rasterize(pad.drawing(), this.#network.fit);
  }

  /** @param {Answer} answer  @param {boolean} last  the drawing has not changed since */
  #handleAnswer(answer, last) {
    const { answer: digit, probabilities, status, other } = answer;
    this.#pending = !last || this.#view.pad.pen.isDown();
    const { answerLabel, answerWords, fill, PAD_UNSURE } = this.#words;
    const hint =
      other === ""
        ? answerWords(answer, this.#network?.labels ?? [])
        : fill(PAD_UNSURE, { either: answerLabel(answer) });
    this.#view.show(digit, hint);
    this.#setReading({ digit, other, probabilities, status });
    this.#dispatch("input");
    if (this.#pending) return;
    this.#view.setBusy(false);
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
    const detail = /** @type {Reading} */ (this.#reading);
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
    this.#view.setBusy(!this.#isTyped);
    this.#updateForm();
    recognizer.onProgress(this.#progress);
    try {
      const network = await recognizer.open(this.#model());
      if (attempt !== this.#attempts) return;
      this.#network = network;
      this.#view.setLabels(network.labels);
      if (this.#isTyped && !network.labels.includes(this.#value)) this.#handleInput("");
      this.#showValue();
      if (this.#pending) this.#recognition.settle();
      else this.#view.setBusy(false);
    } catch (error) {
      if (attempt === this.#attempts) this.#fail(error);
    } finally {
      if (attempt === this.#attempts) recognizer.offProgress(this.#progress);
    }
  }

  #progress = (/** @type {Progress} */ { stage, loaded, total }) => {
    this.#view.setBusy(!this.#isTyped);
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
  }

  // --- the form

  /** Report value, state and validity to the form. */
  #updateForm() {
    const { strokes } = this.#view.pad.drawing();
    const state = serializeState({ value: this.#value, strokes });
    this.#internals.setFormValue(this.#value, state);
    const [flags, message] = this.#validity();
    this.#internals.setValidity(flags, message, this.#view.anchor);
  }

  /** @returns {[ValidityStateFlags, string]} */
  #validity() {
    if (this.#customError !== "") return [{ customError: true }, this.#customError];
    if (this.#digitsError() !== "") return [{ customError: true }, this.#digitsError()];
    const empty = this.#view.pad.isEmpty();
    if (empty && this.#value === "") {
      if (!this.hasAttribute("required")) return [{}, ""];
      return [{ valueMissing: true }, this.#words.PAD_MISSING];
    }
    if (this.#pending) return [{ badInput: true }, this.#words.PAD_READING];
    if (this.#value !== "") return [{}, ""];
    const failed = this.#problem !== null;
    return [{ badInput: true }, failed ? this.#words.PAD_UNREAD : this.#words.PAD_NO_DIGIT];
  }

  /** The error in the attribute `digits`, "" for none. */
  #digitsError() {
    const digits = this.getAttribute("digits") ?? "1";
    const { fill, TOO_MANY_DIGITS } = this.#words;
    return digits === "1" ? "" : fill(TOO_MANY_DIGITS, { digits });
  }

  #reportDigitsError() {
    const error = this.#digitsError();
    if (error !== "") console.error(`<digit-pad>: ${error}`);
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
    this.#view.setNames(name, this.#words.padName(label, required), required);
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
