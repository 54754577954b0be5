/** Drawings as strokes: their box, their normal size, and erasing. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { boundingBox, flatten, isDot, refit, without } from "../../../site/js/pad/strokes.js";

const stroke = (...points) => points.map(([x, y]) => ({ x, y }));

test("a drawing is refitted to 240 pixels, pen included, and centred", () => {
  const strokes = [stroke([10, 10], [30, 10]), stroke([20, 50])]; // 20 x 40

  // the points span 220 of 240: the pen adds its radius at both ends
  assert.deepEqual(boundingBox(refit(strokes)), {
    left: 113,
    right: 223,
    top: 58,
    bottom: 278,
  });
});

test("a dot is centred but stays a dot", () => {
  assert.deepEqual(refit([stroke([5, 9], [24, 9])]), [stroke([158.5, 168], [177.5, 168])]);
});

test("no strokes have no box and stay none", () => {
  assert.deepEqual([boundingBox([]), refit([])], [null, []]);
});

test("a drawing of a million points has a box, and its strokes can be erased", () => {
  const long = Array.from({ length: 1_000_000 }, (_, i) => ({ x: i % 336, y: 10 }));

  assert.deepEqual(boundingBox([long]), { left: 0, top: 10, right: 335, bottom: 10 });
  const drawing = { strokes: [long], picture: null };
  assert.deepEqual(without(drawing, { x: 5, y: 12 }, 4).strokes, []);
});

test("strokes become one buffer and the length of each", () => {
  const { points, lengths } = flatten([stroke([0, 1], [2, 9.25]), stroke([50, 0])]);

  assert.deepEqual(lengths, [2, 1]);
  assert.deepEqual([...new Float32Array(points)], [0, 1, 2, 9.25, 50, 0]);
});

test("what is shorter than the pen is wide is a dot", () => {
  assert.equal(isDot([stroke([5, 9], [24, 9])]), true);
  assert.equal(isDot([stroke([5, 9], [25, 9])]), false);
});
