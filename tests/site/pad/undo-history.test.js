/** The undo/redo history of the pad. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createHistory } from "../../../site/js/pad/undo-history.js";

test("undo and redo step through the values", () => {
  const history = createHistory("a");
  history.push("b");
  history.push("c");

  assert.equal(history.undo(), true);
  assert.equal(history.now(), "b");
  assert.equal(history.redo(), true);
  assert.equal(history.now(), "c");
  assert.equal(history.redo(), false);
  assert.equal(history.now(), "c");
});

test("a new value discards what was undone", () => {
  const history = createHistory("a");
  history.push("b");
  history.undo();
  history.push("c");

  assert.equal(history.canRedo(), false);
  assert.equal(history.undo(), true);
  assert.equal(history.now(), "a");
});

test("the value that is there already is no step", () => {
  const history = createHistory("a");
  history.push("a");

  assert.equal(history.canUndo(), false);
});

test("the oldest values are forgotten beyond the limit", () => {
  const history = createHistory(0, 3);
  for (let i = 1; i <= 5; i += 1) history.push(i);
  const back = [];
  while (history.undo()) back.push(history.now());

  assert.deepEqual(back, [4, 3, 2]);
  assert.equal(history.canRedo(), true);
});
