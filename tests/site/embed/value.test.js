/** The value and the stored form state of <digit-pad>. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { labelOf, mayBecomeLabel, parseState, serializeState, valueOf } from "../../../site/js/embed/value.js";
import { DIGITS } from "../../../site/js/text/labels.js";

const digitOf = (value) => valueOf(value, DIGITS);

test("only labels of the network are values", () => {
  assert.equal(valueOf("e", [..."abcde"]), "e");
  assert.equal(valueOf("E", [..."abcde"]), "");
  assert.equal(digitOf(" 7 "), "7");
  assert.equal(digitOf(0), "0");
  for (const value of ["", "12", "x", "-1", "٣", null, undefined]) {
    assert.equal(digitOf(value), "");
  }
});

test("a stored state round-trips value and strokes", () => {
  const state = { value: "3", strokes: [[{ x: 1, y: 2.25 }]] };
  assert.deepEqual(parseState(serializeState(state), digitOf), state);
});

test("a text that is not a stored state is a value without strokes", () => {
  assert.deepEqual(parseState("5", digitOf), { value: "5", strokes: [] });
  const damaged = JSON.stringify({ value: "5", strokes: [[{ x: 1 }]] });
  assert.deepEqual(parseState(damaged, digitOf), { value: "", strokes: [] });
  assert.deepEqual(parseState("null", digitOf), { value: "", strokes: [] });
});

test("a typed text stands for a label in either case, or for a full-width digit", () => {
  assert.equal(labelOf(" 7", DIGITS), "7");
  assert.equal(labelOf("７", DIGITS), "7");
  for (const text of ["", " ", "12", "x", "²"]) assert.equal(labelOf(text, DIGITS), "");
  const letters = ["a", "A", "B", "cat"];
  assert.equal(labelOf("A", letters), "A");
  assert.equal(labelOf("b", letters), "B");
  assert.equal(labelOf("c", letters), "");
  assert.equal(labelOf("1", letters), "");
});

test("a typed text may become a longer label", () => {
  assert.ok(mayBecomeLabel("C", ["cat", "dog"]));
  assert.ok(!mayBecomeLabel("ct", ["cat", "dog"]));
  assert.ok(!mayBecomeLabel("x", DIGITS));
});

test("a stored label of another network is restored", () => {
  const state = { value: "A", strokes: [] };
  assert.deepEqual(parseState(serializeState(state), digitOf), state);
  const damaged = JSON.stringify({ value: 7, strokes: [] });
  assert.deepEqual(parseState(damaged, digitOf), { value: "", strokes: [] });
});
