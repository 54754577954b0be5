/** The numbers of the tour do not contradict each other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  logitWords,
  lossOf,
  lossWords,
  shareWords,
  steppedWords,
  weightCells,
} from "../../../../site/js/lab/tour/text.js";

/** The value of a text such as "1,230" or "1.38 × 10⁻¹³". @param {string} text */
function read(text) {
  const plain = text.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (sign) => "-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)]);
  return Number(plain.replace(" × 10", "e").replaceAll(",", ""));
}

for (const loss of [8.3e-7, 3.14e-11, 0.0001873, 0.02, Math.LN2, 7.5, 20.7, 29.5, 123.4, 690]) {
  test(`minus the logarithm of the shown probability is the shown loss of ${loss}`, () => {
    const shown = lossWords(loss);
    const found = -Math.log(read(shown.probability));
    assert.equal(found.toPrecision(3), read(shown.loss).toPrecision(3));
    assert.equal(read(shown.loss).toPrecision(3), loss.toPrecision(3));
  });
}

test("a probability is not called 1 unless its loss is called 0", () => {
  assert.deepEqual(lossWords(8.3e-7), { loss: "0.00000083", probability: "0.99999917" });
  assert.deepEqual(lossWords(1e-14), { loss: "0", probability: "1" });
  assert.deepEqual(lossWords(1e4), { loss: "10,000", probability: "< 10⁻³⁰⁰" });
  assert.match(lossOf("7", { loss: 8.3e-7 }), /−ln 0\.99999917 = 0\.00000083\.$/);
});

test("a share of the softmax is never 0% nor 100%", () => {
  const shares = [1e-9, 0.0005, 0.42, 0.9994, 0.99999];
  assert.deepEqual(shares.map(shareWords), ["< 0.1%", "0.1%", "42.0%", "99.9%", "> 99.9%"]);
});

test("a weight that a step has changed is shown with other digits", () => {
  assert.deepEqual(weightCells({ from: 0.123456, to: 0.123461 }), ["0.123456", "0.123461"]);
});

test("numbers that stand below each other have the same number of digits", () => {
  assert.deepEqual(weightCells({ from: 0.0115, to: 0.01182 }), ["0.01150", "0.01182"]);
  assert.deepEqual([-13.75, -3.4, 5].map(logitWords), ["-13.75", "-3.40", "5.00"]);
});

for (const [before, after, words] of [
  [2, 1, /changes from 2 to 1\.$/],
  [1, 2, /too large/],
  [8.3e-7, 8.299e-7, /stays at 0\.00000083\. .*almost zero/],
]) {
  test(`a step from a loss of ${before} to ${after} reads ${words}`, () => {
    assert.match(steppedWords(1, { loss: before }, { loss: after }), words);
  });
}
