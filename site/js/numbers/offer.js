/**
 * Offers the sheet for numbers when the drawing is no digit but a number: owns
 * #twoDigitsBtn.
 */

/** @import { Answer, Reading } from "../worker/protocol.js" */
/** @import { Drawing, Stroke } from "../pad/strokes.js" */

const NUMBER = /^\d[\d ]*\d$/;
/** Milliseconds without a stroke until a drawing is read, which keeps Python busy. */
const PAUSE_MS = 800;

/**
 * @param {HTMLButtonElement} button
 * @param {object} page
 * @param {() => boolean} page.isWanted  one digit is asked for, and a number could be read
 * @param {() => Drawing} page.drawing
 * @param {(strokes: Stroke[]) => Promise<Reading>} page.read
 * @param {() => void} page.onAccept
 */
export function createOffer(button, { isWanted, drawing, read, onAccept }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  function hide() {
    clearTimeout(waiting);
    button.hidden = true;
  }

  /** @param {Drawing} refused */
  async function ask(refused) {
    try {
      const { accepted, text } = await read(refused.strokes);
      const isNumber = accepted && NUMBER.test(text);
      button.hidden = !isNumber || !isWanted() || drawing() !== refused;
    } catch {
      // offline, the reader cannot be loaded: the drawing has its answer without an offer
    }
  }

  button.addEventListener("click", onAccept);
  return {
    hide,
    /** Read a refused drawing once more, as a number. @param {Pick<Answer, "status">} answer */
    consider({ status }) {
      hide();
      if (!isWanted()) return;
      const refused = drawing();
      const { strokes, picture } = refused;
      if (status !== "not-a-digit" || strokes.length < 2 || picture !== null) return;
      waiting = setTimeout(() => ask(refused), PAUSE_MS);
    },
  };
}
