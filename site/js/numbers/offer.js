/**
 * Offers the sheet for numbers when the drawing is no digit but a number: owns
 * #twoDigitsBtn.
 */

/** @import { Answer, Reading } from "../worker/protocol.js" */
/** @import { Drawing, Stroke } from "../pad/strokes.js" */

const NUMBER = /^\d[\d ]*\d$/;

/**
 * @param {HTMLButtonElement} button
 * @param {object} page
 * @param {() => Drawing} page.drawing
 * @param {(strokes: Stroke[]) => Promise<Reading>} page.read
 * @param {() => void} page.onAccept
 */
export function createOffer(button, { drawing, read, onAccept }) {
  button.addEventListener("click", onAccept);
  return {
    hide: () => (button.hidden = true),
    /** Read a refused drawing once more, as a number. @param {Pick<Answer, "status">} answer */
    async consider({ status }) {
      button.hidden = true;
      const refused = drawing();
      const { strokes, picture } = refused;
      if (status !== "not-a-digit" || strokes.length < 2 || picture !== null) return;
      const { accepted, text } = await read(strokes);
      button.hidden = drawing() !== refused || !accepted || !NUMBER.test(text);
    },
  };
}
