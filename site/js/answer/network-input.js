/** Shows the network's input: owns #seen, a canvas of 28 x 28 pixels. */

import { paintGray } from "./grayscale.js";
import { putAttribute } from "../shell/dom.js";
import { SIDE } from "../pad/strokes.js";
import { answerLabel, inputDescription } from "../text/page.js";

/** @import { Answer } from "../worker/protocol.js" */

/** Light ink on dark, in every theme. */
const COLORS = { background: [17, 24, 39], ink: [255, 255, 255] };

/** @param {HTMLCanvasElement} canvas */
export function createNetworkInput(canvas) {
  /** @param {Uint8Array} image  @param {string} description */
  function paint(image, description) {
    paintGray(canvas, image, COLORS);
    putAttribute(canvas, "aria-label", description);
  }

  const clear = () => paint(new Uint8Array(SIDE * SIDE), inputDescription(""));
  clear();
  return {
    /** @param {Answer} answer */
    show: (answer) => paint(answer.seen, inputDescription(answerLabel(answer))),
    /**
     * Show what Python will make its picture of, until it has.
     * @param {HTMLCanvasElement} scaled  SIDE x SIDE, black ink on white paper
     */
    preview(scaled) {
      const context = /** @type {CanvasRenderingContext2D} */ (scaled.getContext("2d"));
      const { data } = context.getImageData(0, 0, SIDE, SIDE);
      const ink = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => 255 - data[4 * i]);
      paint(ink, inputDescription(""));
    },
    clear,
  };
}
