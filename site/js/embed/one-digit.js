/** How a <digit-pad> reads one label. number/number.js does the same for whole numbers. */

import { createRasterizer } from "../pad/rasterize.js";
import { make } from "../shell/dom.js";
import { valueOf } from "./value.js";

/** @import { Drawing } from "../pad/strokes.js" */
/** @import { Answer, Description } from "../worker/protocol.js" */
/** @import { Words } from "./language.js" */
/** @import { SharedRecognizer } from "./shared-worker-client.js" */
/**
 * The `detail` of the events `input` and `change`.
 * @typedef {object} Reading
 * @property {string} digit  the value: a label such as "7", or a number; "" if none was
 *   recognized
 * @property {string} other  the second-likeliest value if the network is unsure, or ""
 * @property {number[]} probabilities  of each label, summing to 1; empty if nothing is drawn,
 *   and for a number
 * @property {number} [confidence]  of a number: the probability that all of it is right
 * @property {Answer["status"]} status
 */
/** @typedef {[ValidityStateFlags, string]} Fault  and its message */
/**
 * What a pad reads.
 * @typedef {object} Kind
 * @property {(text: unknown, labels: readonly string[]) => string} valueOf  "" for none
 * @property {(drawing: Drawing, network: Description) => any} requestOf  null: not now
 * @property {(recognizer: SharedRecognizer, model: string, request: any) => Promise<any>} ask
 * @property {(reply: any, words: any, labels: string[]) => {reading: Reading, hint: string}}
 *   judge
 * @property {(value: string, words: any) => Fault | null} faultOf
 * @property {(words: any) => void} update  after a change of attributes or drawing
 */

const rasterize = createRasterizer(make("canvas", { width: 28, height: 28 }));

/** @type {Kind} */
export const oneDigit = {
  valueOf,
  requestOf: (drawing, { fit }) => rasterize(drawing, fit),
  ask: (recognizer, model, picture) => recognizer.recognize(model, picture),
  judge(/** @type {Answer} */ answer, /** @type {Words} */ words, labels) {
    const { answer: digit, probabilities, status, other } = answer;
    const hint =
      other === ""
        ? words.answerWords(answer, labels)
        : words.fill(words.PAD_UNSURE, { either: words.answerLabel(answer) });
    return { reading: { digit, other, probabilities, status }, hint };
  },
  faultOf: () => null,
  update() {},
};

/** Attributes that a pad for numbers has. */
export const NUMBER_ATTRIBUTES = "digits type pattern decimal negative".split(" ");

/** Whether a pad's attributes ask for a number. @param {Element} pad */
export const takesNumber = (pad) =>
  pad.getAttribute("type") === "number" ||
  (pad.getAttribute("digits") ?? "1") !== "1" ||
  NUMBER_ATTRIBUTES.slice(2).some((name) => pad.hasAttribute(name));
