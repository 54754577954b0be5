// @ts-check
/**
 * <digit-pad>: a field of a form that is filled in by drawing a digit. docs/embed.md says
 * what a page may do with it.
 */

import { createLive } from "../worker/latest-only.js";
import { createRasteriser } from "../pad/rasterise.js";
import { mirror, upgrade } from "./attributes.js";
import { languageOf, wordsIn } from "./language.js";
import { createRecogniser } from "./shared-worker-client.js";
import { digitOf, stateOf, textOf } from "./value.js";
import { createView } from "./view.js";
import * as english from "./text.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */
/** @typedef {import("../worker/protocol.js").Description} Description */
/** @typedef {import("../worker/protocol.js").Progress} Progress */
/** @typedef {import("../pad/strokes.js").Stroke} Stroke */
/** @typedef {import("../text/page.js").Problem} Problem */
/**
 * What the events `input` and `change` bring as their `detail`.
 * @typedef {object} Reading
 * @property {string} digit  "0" to "9", or "" where there is none
 * @property {number[]} probabilities  of 0 to 9, summing to 1; none for a blank paper
 * @property {Answer["status"]} status
 */

/** How near to the window a pad has its worker started, so that it is there in time. */
const NEAR = "300px";

/** Sides of the paper, in CSS pixels, that can be asked for. */
const SMALLEST = 120;
const LARGEST = 1000;

/** What cannot be mended by trying again. */
const FINAL = new Set(["ForeignPage", "Unsupported", "ModelRefused"]);

const recogniser = createRecogniser();

export class DigitPad extends HTMLElement {
  static formAssociated = true;
  static observedAttributes =
    "model size digits value aria-label required readonly lang".split(" ");

  #internals = this.attachInternals();
  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  #view = createView(this.#root, {
    onStart: () => this.#began(),
    onMove: () => this.#live.touch(),
    onChange: () => this.#changed(),
    onEnter: () => this.#internals.form?.requestSubmit(),
    onRetry: () => this.#start(),
  });
  #small = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  #rasterise = createRasteriser(this.#small);
  #live = createLive({
    look: () => this.#look(),
    ask: (picture) => recogniser.recognize(this.#model(), picture),
    show: (/** @type {Answer} */ answer, last) => this.#answered(answer, last),
    fail: (error) => this.#lost(error),
  });
  #near = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && this.#start(),
    { rootMargin: NEAR },
  );

  /** @type {import("./language.js").Words} */
  #words = english;
  #value = "";
  /** @type {Reading | null} */
  #reading = null; // of the drawing that is there, once it is read
  /** @type {Description | null} */
  #network = null; // null: it is not there yet
  /** @type {Problem | null} */
  #problem = null;
  #attempts = 0; // of starting; what belongs to an earlier one is ignored
  #started = false;
  #waiting = false; // the drawing has no answer that holds
  #mute = false; // it is not the user who changes the drawing
  #touched = false; // the value is no longer the one that the page was written with
  #disabled = false; // by its own attribute, or by a fieldset's
  #ownMessage = "";

  constructor() {
    super();
    this.#internals.role = "group";
    this.addEventListener("focusin", () => {
      this.#rename();
      this.#start();
    });
  }

  // --- what the browser calls

  connectedCallback() {
    upgrade(this);
    this.#near.observe(this);
    this.#translate();
    this.#rename();
    this.#refresh();
  }

  disconnectedCallback() {
    this.#near.disconnect();
    recogniser.offProgress(this.#progress);
  }

  /** @param {string} name  @param {string | null} _old  @param {string | null} next */
  attributeChangedCallback(name, _old, next) {
    if (name === "size") this.#resize(next);
    if (name === "digits") this.#complainOfDigits();
    if (name === "model" && this.#started) this.#start(true);
    if (name === "value" && !this.#touched) this.#value = digitOf(next);
    if (name === "readonly") this.#lock();
    if (name === "lang") this.#translate();
    this.#rename();
    this.#refresh();
    if (name === "value" && !this.#touched) this.#view.show(this.#value, "");
  }

  /** @param {boolean} disabled */
  formDisabledCallback(disabled) {
    this.#disabled = disabled;
    this.#lock();
  }

  formResetCallback() {
    this.#touched = false;
    this.#put([], digitOf(this.getAttribute("value")));
  }

  /** @param {string} state  as #refresh has left it, or a value by the browser */
  formStateRestoreCallback(state) {
    const { value, strokes } = stateOf(state);
    this.#touched = true;
    this.#put(strokes, value);
    if (strokes.length === 0 || value !== "") return;
    this.#waiting = true; // it was left before it had been read
    this.#refresh();
    this.#start();
    this.#live.settle();
  }

  /** Say all in the language of this place. */
  async #translate() {
    const words = await wordsIn(languageOf(this));
    if (words === this.#words) return;
    this.#words = words;
    this.#view.speak(words);
    this.#rename();
    this.#refresh();
  }

  // --- what a page may ask and do

  get value() {
    return this.#value;
  }

  /** Another value without a drawing; what is none of the ten digits is none at all. */
  set value(next) {
    this.#touched = true;
    this.#put([], digitOf(next));
  }

  get defaultValue() {
    return this.getAttribute("value") ?? "";
  }

  set defaultValue(next) {
    this.setAttribute("value", next);
  }

  /** What was made of the drawing, or null. */
  get reading() {
    return this.#reading;
  }

  get type() {
    return "digit-pad";
  }

  get form() {
    return this.#internals.form;
  }

  get labels() {
    return this.#internals.labels;
  }

  get validity() {
    return this.#internals.validity;
  }

  get validationMessage() {
    return this.#internals.validationMessage;
  }

  get willValidate() {
    return this.#internals.willValidate;
  }

  checkValidity() {
    return this.#internals.checkValidity();
  }

  reportValidity() {
    return this.#internals.reportValidity();
  }

  /** @param {string} message  what is wrong for the page; "" for nothing */
  setCustomValidity(message) {
    this.#ownMessage = message;
    this.#refresh();
  }

  // --- the drawing

  #began() {
    this.#touched = true;
    this.#waiting = true;
    this.#view.hold(true);
    this.#refresh();
    this.#start();
    this.#live.touch();
  }

  /** The pen is up, or something was taken back or cleared. */
  #changed() {
    if (this.#mute) return;
    this.#touched = true;
    if (this.#view.pad.isEmpty()) return this.#emptied();
    this.#waiting = true;
    this.#refresh();
    this.#start();
    this.#live.settle();
  }

  #emptied() {
    this.#live.forget();
    this.#waiting = false;
    this.#view.hold(false);
    this.#view.show("", "");
    this.#take({ digit: "", probabilities: [], status: "blank" });
    this.#tell("input");
    this.#tell("change");
  }

  /** @param {Stroke[]} strokes  @param {string} value  by the page, not by a pen */
  #put(strokes, value) {
    this.#mute = true;
    this.#view.pad.put({ strokes, picture: null });
    this.#mute = false;
    this.#live.forget();
    this.#waiting = false;
    this.#reading = null;
    this.#value = value;
    this.#view.hold(false);
    this.#view.show(value, "");
    this.#refresh();
  }

  #look() {
    const { pad } = this.#view;
    if (this.#network === null || this.#problem !== null || pad.isEmpty()) return null;
    return this.#rasterise(pad.drawing(), this.#network.fit);
  }

  /** @param {Answer} answer  @param {boolean} last  nothing has changed since */
  #answered(answer, last) {
    const { answer: digit, probabilities, status } = answer;
    this.#waiting = !last || this.#view.pad.pen.isDown();
    this.#view.show(digit, this.#words.answerWords(answer, this.#network?.labels ?? []));
    this.#take({ digit, probabilities, status });
    this.#tell("input");
    if (this.#waiting) return;
    this.#view.hold(false);
    this.#tell("change");
  }

  /** @param {Reading} reading */
  #take(reading) {
    this.#reading = reading;
    this.#value = reading.digit;
    this.#refresh();
  }

  /** @param {"input" | "change"} type */
  #tell(type) {
    const detail = /** @type {Reading} */ (this.#reading);
    this.dispatchEvent(
      new CustomEvent(type, { bubbles: true, composed: true, detail }),
    );
  }

  // --- the worker

  #model() {
    return this.getAttribute("model") ?? "";
  }

  /** Have the network there. @param {boolean} [anew]  another one, or once more */
  async #start(anew = this.#problem !== null) {
    this.#near.disconnect();
    if (this.#started && !anew) return;
    this.#started = true;
    const attempt = (this.#attempts += 1);
    this.#network = this.#problem = null;
    if (anew) this.#waiting = !this.#view.pad.isEmpty();
    this.#view.fail(null);
    this.#refresh();
    recogniser.onProgress(this.#progress);
    try {
      const network = await recogniser.open(this.#model());
      if (attempt !== this.#attempts) return;
      this.#network = network;
      this.#view.show(this.#value, "");
      if (this.#waiting) this.#live.settle();
      else this.#view.hold(false);
    } catch (error) {
      if (attempt === this.#attempts) this.#fail(error);
    } finally {
      if (attempt === this.#attempts) recogniser.offProgress(this.#progress);
    }
  }

  #progress = (/** @type {Progress} */ { stage, loaded, total }) => {
    this.#view.hold(true);
    this.#view.show(this.#value, this.#words.stageWords(stage, loaded, total));
  };

  /** An answer did not come. @param {unknown} error */
  #lost(error) {
    if (recogniser.mayTryAgain(error)) this.#start(true);
    else this.#fail(error);
  }

  /** @param {unknown} error */
  #fail(error) {
    const name = error instanceof Error ? error.name : "";
    this.#live.forget();
    this.#problem = this.#words.padProblem(error);
    if (this.#waiting) this.#value = ""; // it was of an earlier drawing
    this.#waiting = false;
    this.#view.hold(false);
    this.#view.fail(this.#problem, !FINAL.has(name));
    this.#refresh();
    console.error(`<digit-pad>: ${this.#problem.title}. ${this.#problem.text}`);
  }

  // --- the form

  /** Tell the form what it has of us, and whether that will do. */
  #refresh() {
    const { strokes } = this.#view.pad.drawing();
    const state = textOf({ value: this.#value, strokes });
    this.#internals.setFormValue(this.#value, state);
    const [flags, message] = this.#wrong();
    this.#internals.setValidity(flags, message, this.#view.anchor);
  }

  /** @returns {[ValidityStateFlags, string]} */
  #wrong() {
    if (this.#ownMessage !== "") return [{ customError: true }, this.#ownMessage];
    if (this.#tooMany() !== "") return [{ customError: true }, this.#tooMany()];
    const empty = this.#view.pad.isEmpty();
    if (empty && this.#value === "") {
      if (!this.hasAttribute("required")) return [{}, ""];
      return [{ valueMissing: true }, this.#words.PAD_MISSING];
    }
    if (this.#waiting) return [{ badInput: true }, this.#words.PAD_READING];
    if (this.#value !== "") return [{}, ""];
    const failed = this.#problem !== null;
    return [{ badInput: true }, failed ? this.#words.PAD_UNREAD : this.#words.PAD_NO_DIGIT];
  }

  /** What is wrong about `digits`, if anything is. */
  #tooMany() {
    const digits = this.getAttribute("digits") ?? "1";
    return digits === "1" ? "" : this.#words.tooManyDigits(digits);
  }

  #complainOfDigits() {
    const complaint = this.#tooMany();
    if (complaint !== "") console.error(`<digit-pad>: ${complaint}`);
  }

  #lock() {
    this.#view.lock(this.#disabled || this.hasAttribute("readonly"), this.#disabled);
  }

  #rename() {
    const label = [...this.#internals.labels].map(({ textContent }) =>
      (textContent ?? "").replaceAll(/\s+/g, " ").trim(),
    );
    const name = this.getAttribute("aria-label") ?? label.join(" ");
    this.#internals.ariaLabel = name === "" ? this.#words.PAD : name;
    this.#view.name(this.#words.padName(name, this.hasAttribute("required")));
  }

  /** @param {string | null} text */
  #resize(text) {
    const side = Number(text);
    const fine = text === null || (side >= SMALLEST && side <= LARGEST);
    this.#view.resize(fine && text !== null ? side : null);
    if (fine) return;
    console.error(`<digit-pad>: ${this.#words.badSize(text, SMALLEST, LARGEST)}`);
  }
}

mirror(DigitPad.prototype);

// the first of two releases on one page stays
if (customElements.get("digit-pad") === undefined) {
  customElements.define("digit-pad", DigitPad);
}
