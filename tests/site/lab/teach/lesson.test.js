/** Which drawings a network can be taught. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { NEEDED, teachable } from "../../../../site/js/lab/teach/lesson.js";

const labelled = (label, count) => Array.from({ length: count }, () => ({ label }));
const DIGITS = [..."0123456789"];

test("a symbol is taught from ten drawings, a known label from one", () => {
  const [seven, few, many] = [labelled("7", 1), labelled("A", NEEDED - 1), labelled("+", NEEDED)];
  const network = { labels: DIGITS, can_reject: true };

  assert.deepEqual(teachable([...seven, ...few, ...many], network), [...seven, ...many]);
  assert.deepEqual(teachable(few, { ...network, labels: [...DIGITS, "A"] }), few);
});

test("what is no digit is taught to a network that can reject", () => {
  const none = labelled("", 1);

  assert.deepEqual(teachable(none, { labels: DIGITS, can_reject: true }), none);
  assert.deepEqual(teachable(none, { labels: DIGITS, can_reject: false }), []);
});

test("a network without the digits is taught nothing", () => {
  assert.deepEqual(teachable(labelled("a", 20), { labels: ["a", "b"], can_reject: true }), []);
});
