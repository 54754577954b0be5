/** A reading with the person's corrections, and the width of the sheet. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  choicesFor,
  corrected,
  sheetWidth,
} from "../../../site/js/numbers/reading.js";
import { readingWords, characterWords } from "../../../site/js/numbers/text.js";

const stroke = (x) => [{ x, y: 0 }, { x, y: 9.25 }];
const strokes = [stroke(0), stroke(50), stroke(60), stroke(100)];

/** 1 of stroke 0; 4 of strokes 1 and 2, after a wide gap; 7 of stroke 3. */
const READING = {
  text: "1 47",
  confidence: 0.6,
  characters: [
    ["1", [0], { 1: 0.9, 7: 0.1 }, ["7"]],
    ["4", [1, 2], { 4: 0.7, 9: 0.3 }, ["9"]],
    ["7", [3], { 7: 0.9, 1: 0.09, "/": 0.01 }, ["1", "/"]],
  ].map(([text, indices, probabilities, alternatives]) => ({
    text,
    box: [0, 0, 1, 1],
    strokes: indices,
    probabilities,
    alternatives,
  })),
  readings: [
    ["147", 0.6],
    ["197", 0.3],
    ["747", 0.06],
    ["117", 0.04],
  ],
  accepted: true,
  place: -1,
  crossed: [],
  milliseconds: 1,
};
const nine = { strokes: [strokes[1], strokes[2]], part: 0, text: "9" };

test("without corrections a reading is shown as it is", () => {
  const shown = corrected(READING, strokes, []);

  assert.equal(shown.text, "1 47");
  assert.equal(shown.confidence, 0.6);
  assert.deepEqual(
    shown.characters.map(({ isFixed }) => isFixed),
    [false, false, false],
  );
});

test("a correction replaces its character, and the rest decides how sure the number is", () => {
  const shown = corrected(READING, strokes, [nine]);

  assert.equal(shown.text, "1 97");
  assert.equal(shown.characters[1].isFixed, true);
  assert.ok(Math.abs(shown.confidence - 0.94) < 1e-9); // 147, 197 and 117
});

test("the later of two corrections counts", () => {
  const shown = corrected(READING, strokes, [nine, { ...nine, text: "5" }]);

  assert.equal(shown.text, "1 57");
});

test("a correction ends when its character gets another stroke", () => {
  const grown = structuredClone(READING);
  grown.characters[2].strokes = [3, 4];

  const fixed = [{ strokes: [strokes[3]], part: 0, text: "1" }];
  const shown = corrected(grown, [...strokes, stroke(110)], fixed);

  assert.equal(shown.text, "1 47");
});

test("two characters of one stroke are corrected one by one", () => {
  const cut = structuredClone(READING);
  cut.characters[0].strokes = cut.characters[1].strokes = [0];

  const fixed = [{ strokes: [strokes[0]], part: 1, text: "8" }];

  assert.equal(corrected(cut, strokes, fixed).text, "1 87");
});

test("a number is accepted once the character in its way is corrected", () => {
  const refused = { ...structuredClone(READING), accepted: false, place: 1 };
  const before = corrected(refused, strokes, []);
  const after = corrected(refused, strokes, [nine]);

  assert.equal(readingWords(before), "Not a number: character 2 is neither a digit nor a sign");
  assert.equal(before.accepted, false);
  assert.equal(before.text, "1 ?7");
  assert.equal(after.accepted, true);
  assert.equal(after.text, "1 97");
});

test("the words say how sure the reading is", () => {
  const shown = corrected(READING, strokes, [nine]);

  assert.equal(readingWords(shown), "94% sure");
  assert.equal(readingWords({ ...shown, confidence: 0.999 }), "More than 99% sure");
  assert.equal(readingWords({ ...shown, characters: [] }), "Everything is crossed out");
  assert.equal(characterWords(shown.characters[0], 0), "1, character 1, 90% sure");
  assert.equal(characterWords(shown.characters[1], 1), "9, character 2, corrected");
});

test("the likely choices come first, and a character is no choice for itself", () => {
  const [, , seven] = corrected(READING, strokes, []).characters;

  const choices = choicesFor(seven, "0123456789-/.,:");

  assert.deepEqual(choices.slice(0, 3), [
    { text: "1", share: 0.09 },
    { text: "/", share: 0.01 },
    { text: "0", share: null },
  ]);
  assert.equal(choices.length, 14);
  assert.ok(choices.every(({ text }) => text !== "7"));
});

test("the sheet fills the window, grows with the ink and ends somewhere", () => {
  assert.equal(sheetWidth(1500.2, 0), 1500);
  assert.equal(sheetWidth(100, 0), 504);
  assert.equal(sheetWidth(700, 1000), 1504);
  assert.equal(sheetWidth(700, 1e6), 4032);
});
