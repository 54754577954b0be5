/** The texts of the first screen. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { answerLabel, answerWords, fill, stageWords } from "../../../site/js/text/page.js";

for (const [probabilities, words] of [
  [[0.002, 0.998], "More than 99% sure"],
  [[0.06, 0.94], "94% sure"],
  [[0.12, 0.88], "88% sure; possibly seven (12%)"],
  [[1.0], "More than 99% sure"],
]) {
  test(`probabilities of ${probabilities} read "${words}"`, () => {
    const index = probabilities.length - 1;
    const answer = { status: "digit", probabilities, index, other: "" };
    assert.equal(answerWords(answer, ["seven", "one"]), words);
  });
}

for (const [probabilities, words] of [
  [[0.45, 0.03, 0.52], "Unsure: 52% or 45%"],
  [[0.003, 0.001, 0.996], "Unsure: 100% or 0%"],
]) {
  test(`an unsure answer of ${probabilities} reads "${words}", with two labels`, () => {
    const verdict = { answer: "9", other: "3" };
    const answer = { status: "digit", probabilities, index: 2, ...verdict };
    assert.equal(answerWords(answer, ["3", "7", "9"]), words);
    assert.equal(answerLabel(verdict), "9, or 3");
  });
}

test("a sure answer has one label, and no answer none", () => {
  assert.equal(answerLabel({ answer: "9", other: "" }), "9");
  assert.equal(answerLabel({ answer: "", other: "" }), "");
});

for (const [message, words] of [
  ["it has 3 rows", "Could not open a.png: it has 3 rows. Try again."],
  ["did you mean b.png?", "Could not open a.png: did you mean b.png? Try again."],
  ["It is empty.", "Could not open a.png: It is empty. Try again."],
]) {
  test(`the reason "${message}" ends with one mark in a sentence`, () => {
    const phrase = "Could not open {name}: {reason}. Try again.";
    assert.equal(fill(phrase, { name: "a.png", reason: message }), words);
  });
}

for (const [seconds, words] of /** @type {[number | null, string][]} */ ([
  [null, "Python: 2.1 of 5.9 MB"],
  [12, "Python: 2.1 of 5.9 MB, about 12 s left"],
  [170, "Python: 2.1 of 5.9 MB, about 3 min left"],
])) {
  test(`a download with ${seconds} s left reads "${words}"`, () => {
    assert.equal(stageWords("download", 2.1e6, 5.9e6, seconds), words);
  });
}
