/** What texts and controls know of a network's labels. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { areDigits, DIGITS, rangeOf } from "../../../site/js/text/labels.js";

test("only all ten digits in their order are digits", () => {
  assert.ok(areDigits(DIGITS));
  for (const labels of ["012345678", "0123456798", "0123456789a", "abcdefghij", ""]) {
    assert.ok(!areDigits([...labels]), labels);
  }
});

for (const [labels, range] of [
  [[..."abcde"], "a–e"],
  [[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"], "A–Z"],
  [[..."+-x/"], "+ - x /"],
  [[..."ab"], "a b"],
  [[..."abd"], "a b d"],
  [["cat", "dog"], "cat, dog"],
  [["a", "b", "ch"], "a, b, ch"],
  [[..."𝟎𝟏𝟐"], "𝟎–𝟐"],
  [["only"], "only"],
]) {
  test(`${labels} are named ${range}`, () => assert.equal(rangeOf(labels), range));
}

test("many labels are cut short between two of them", () => {
  const range = rangeOf(["strawberry", "raspberry", "blueberry", "gooseberry", "cherry"]);
  assert.equal(range, "strawberry, raspberry, blueberry, …");
  assert.equal(rangeOf(["x".repeat(300)]).length, 43);
});
