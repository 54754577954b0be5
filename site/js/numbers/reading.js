/** Readings of a number with the person's corrections, and the size of the sheet. Pure. */

import { CANVAS, WIDEST } from "../pad/strokes.js";

/** @import { Character, Reading } from "../worker/protocol.js" */
/** @import { Fixed, Stroke } from "../pad/strokes.js" */
/**
 * @typedef {object} Added
 * @property {Stroke[]} ink  its strokes
 * @property {number} part  its place among the characters of the same strokes
 * @property {boolean} isAlone  whether no other character is of these strokes
 * @property {boolean} isFixed  whether the person has corrected it
 */
/** @typedef {Character & Added} Shown */

/** Free paper to the right of the ink, in pixels of the canvas: for two more digits. */
const ROOM = 1.5 * CANVAS;

/**
 * Put the corrected characters into a reading.
 * @param {Reading} reading  of the strokes
 * @param {Stroke[]} strokes
 * @param {Fixed[]} fixed  of this drawing or an earlier one; the later ones count
 */
export function corrected(reading, strokes, fixed) {
  const { accepted, place, confidence } = reading;
  let text = "";
  let at = 0; // in the reading's text, which has spaces as well
  const names = reading.characters.map((character) => character.strokes.join());
  const characters = reading.characters.map((character, i) => {
    const ink = character.strokes.map((index) => strokes[index]);
    const part = names.slice(0, i).filter((name) => name === names[i]).length;
    const isAlone = names.filter((name) => name === names[i]).length === 1;
    const found = fixed.findLast(
      (one) => one.part === part && haveSame(one.strokes, ink),
    );
    const start = reading.text.indexOf(character.text, at);
    const isRefused = !accepted && i === place; // even if it is most like some digit
    const shown = found?.text ?? (isRefused ? "?" : character.text);
    text += reading.text.slice(at, start) + shown;
    at = start + character.text.length;
    const isFixed = found !== undefined;
    return { ...character, text: shown, ink, part, isAlone, isFixed };
  });
  const isLeft = characters.some(({ text: shown, isFixed }) => shown === "?" && !isFixed);
  return {
    text,
    characters,
    accepted: accepted || (characters[place]?.isFixed === true && !isLeft),
    place,
    confidence: Math.max(confidence, restOf(reading, characters)),
  };
}

/** @param {Stroke[]} some  @param {Stroke[]} others */
const haveSame = (some, others) =>
  some.length === others.length && some.every((stroke, i) => stroke === others[i]);

/**
 * The probability that the characters that are not fixed are right.
 * @param {Reading} reading
 * @param {Shown[]} shown
 */
function restOf({ characters, readings }, shown) {
  if (!shown.some(({ isFixed }) => isFixed)) return 0;
  const agreeing = readings.filter(
    ([text]) =>
      text.length === characters.length &&
      characters.every((one, i) => shown[i].isFixed || text[i] === one.text),
  );
  return Math.min(agreeing.reduce((sum, [, share]) => sum + share, 0), 1);
}

/**
 * What else a character may be: the likely ones, then all others.
 * @param {Shown} character
 * @param {string} alphabet
 * @returns {{text: string, share: number | null}[]}  null: unlikely
 */
export function choicesFor({ text, probabilities, alternatives }, alphabet) {
  const likely = Object.keys(probabilities).filter(
    (one) => alternatives.includes(one) && one !== text,
  );
  const others = [...alphabet].filter((one) => one !== text && !likely.includes(one));
  return [
    ...likely.map((one) => ({ text: one, share: probabilities[one] })),
    ...others.map((one) => ({ text: one, share: null })),
  ];
}

/**
 * The width of the canvas, in its pixels: all that the window shows, and room to go on.
 * @param {number} visible  width that the window shows
 * @param {number} right  of the ink
 * @param {number} [room]  right of the ink
 */
export const sheetWidth = (visible, right, room = ROOM) =>
  Math.min(Math.max(Math.floor(visible), CANVAS, Math.ceil(right + room)), WIDEST);
