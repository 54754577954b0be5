/**
 * What the number on a <digit-pad> must satisfy. Attributes mean what they mean on an
 * <input>, so an <input> checks the values.
 */

/** @import { Fault } from "../one-digit.js" */
/** @import { Words } from "./number.js" */

/** Digits that a pad can ask for. */
const MOST_DIGITS = 20;
/** Characters that a sheet has room for, unless its attribute `digits` tells. */
const USUAL_LENGTH = 8;

/** @param {HTMLElement} pad */
export function createConditions(pad) {
  const input = document.createElement("input");
  const textOf = (/** @type {string} */ name) => pad.getAttribute(name) ?? "";
  const numberOf = (/** @type {string} */ name) => Number.parseFloat(textOf(name));
  const has = (/** @type {string} */ name) => pad.hasAttribute(name);

  const isNumber = () => textOf("type") === "number" || has("decimal") || has("negative");
  const isDecimal = () =>
    has("decimal") || (isNumber() && (textOf("step") === "any" || numberOf("step") % 1 > 0));
  const isNegative = () => has("negative") || (isNumber() && numberOf("min") < 0);

  /** How many digits there may be; null if the attribute is missing or wrong. */
  function digits() {
    const [, least, most = least] = /^(\d+)(?:-(\d+))?$/.exec(textOf("digits")) ?? [];
    const range = { least: Number(least), most: Number(most) };
    const isValid = range.least >= 1 && range.least <= range.most && range.most <= MOST_DIGITS;
    return isValid ? range : null;
  }

  /** @param {Words} words */
  function digitsError({ BAD_DIGITS, fill }) {
    if (!has("digits") || digits() !== null) return "";
    return fill(BAD_DIGITS, { digits: textOf("digits"), most: MOST_DIGITS });
  }

  /** The steps next to a value, which is in range. @param {number} value  @param {Words} words */
  function stepError(value, { PAD_STEP, PAD_LAST_STEP, fault }) {
    const step = numberOf("step") || 1;
    const base = numberOf("min") || 0;
    const low = base + Math.floor((value - base) / step) * step;
    const [below, above] = [low, low + step].map((one) => Number(one.toPrecision(12)));
    return fault(above > numberOf("max") ? PAD_LAST_STEP : PAD_STEP, { below, above });
  }

  let reported = "";

  return {
    /** After a change of attributes. @param {Words} words */
    update(words) {
      const ofDigits = isNumber() ? "" : "[0-9]*";
      Object.assign(input, {
        type: isNumber() ? "number" : "text",
        min: textOf("min"),
        max: textOf("max"),
        step: textOf("step") || (isDecimal() ? "any" : ""),
        pattern: textOf("pattern") || ofDigits,
      });
      const error = digitsError(words);
      if (error !== "" && error !== reported) console.error(`<digit-pad>: ${error}`);
      reported = error;
    },
    /** What an <input> would have as its value. @param {unknown} text */
    valueOf(text) {
      const plain = String(text ?? "").normalize("NFKC").replace("−", "-").trim();
      input.type = isNumber() ? "number" : "text";
      input.value = isNumber() ? plain.replace(",", ".") : plain;
      return input.value;
    },
    /**
     * @param {string} value
     * @param {Words} words
     * @returns {Fault | null}
     */
    faultOf(value, words) {
      const error = digitsError(words);
      if (error !== "") return [{ customError: true }, error];
      if (value === "") return null;
      const { least, most } = digits() ?? { least: 0, most: Infinity };
      const count = value.replaceAll(/\D/g, "").length;
      if (count < least || count > most) {
        const wanted = least === most ? `${least}` : `${least}–${most}`;
        const flags = count < least ? { tooShort: true } : { tooLong: true };
        return [flags, words.fill(words.PAD_COUNT, { wanted, count })];
      }
      input.value = value;
      const { validity } = input;
      const { PAD_FORM, PAD_DIGITS_ONLY, PAD_LEAST, PAD_MOST, fault } = words;
      if (validity.patternMismatch) {
        const text = has("pattern") ? `${PAD_FORM} ${pad.title}`.trim() : PAD_DIGITS_ONLY;
        return [{ patternMismatch: true }, text];
      }
      if (validity.rangeUnderflow) {
        return [{ rangeUnderflow: true }, fault(PAD_LEAST, { limit: numberOf("min") })];
      }
      if (validity.rangeOverflow) {
        return [{ rangeOverflow: true }, fault(PAD_MOST, { limit: numberOf("max") })];
      }
      if (validity.stepMismatch) {
        return [{ stepMismatch: true }, stepError(Number(value), words)];
      }
      return null;
    },
    /**
     * The pattern that readings should match. They need not satisfy min, max and step: a
     * 727 must not become a 127 because 500 is the most.
     */
    pattern() {
      const range = digits();
      const some = range === null ? "+" : `{${range.least},${range.most}}`;
      const whole = `\\d${isDecimal() ? "+([.,]\\d+)?" : some}`;
      if (isNumber()) return `${isNegative() ? "-?" : ""}${whole}`;
      return textOf("pattern") || whole;
    },
    inputMode() {
      const usual = isDecimal() ? "decimal" : "numeric";
      return textOf("inputmode") || (isNegative() || has("pattern") ? "text" : usual);
    },
    /** Of the longest number, in characters. */
    length: () => (digits()?.most ?? USUAL_LENGTH) + Number(isNegative()),
  };
}
