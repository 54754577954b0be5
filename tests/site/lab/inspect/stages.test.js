/** The stages of the flow in the Inspect panel, and places in their outputs. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  largest,
  placeOf,
  readPlace,
  stagesOf,
} from "../../../../site/js/lab/inspect/stages.js";

const layer = (name, shape, stage, window = []) => ({ name, shape, stage, window, learned: 0 });
const input = { shape: [1, 28, 28] };

test("a convolutional network goes from edges to scores", () => {
  const layers = [
    layer("Conv2D", [16, 28, 28], 0, [3, 3]),
    layer("ReLU", [16, 28, 28], 0),
    layer("MaxPool2D", [16, 14, 14], 1, [2, 2]),
    layer("Conv2D", [24, 14, 14], 2, [3, 3]),
    layer("Flatten", [4704], 2),
    layer("Dense", [112], 3),
    layer("ReLU", [112], 3),
    layer("Dense", [10], 4),
  ];

  const stages = stagesOf({ input, layers });

  assert.deepEqual(
    stages.map(({ kind }) => kind),
    ["edges", "pooling", "shapes", "features", "scores"],
  );
  assert.deepEqual(
    stages.map(({ first }) => first),
    [0, 2, 3, 5, 7],
  );
  assert.deepEqual(stages[2].shape, [24, 14, 14]);
  assert.deepEqual(stages[2].before, [16, 14, 14]);
  assert.equal(stages[0].values, layers[1]); // after the activation
});

test("a place is read as it is written", () => {
  const shape = [16, 5, 4];
  for (const at of [0, 7, 319]) {
    const place = placeOf(shape, at);
    assert.deepEqual(readPlace(place.join("."), shape), place);
    assert.equal(largest(place, shape, new Float32Array(320)), at);
  }
  assert.deepEqual(placeOf([10], 7), [7]);
});

for (const text of [null, "", "16", "3.5", "3.4.9", "1.1.1.1", "-1", "1.x", "1e0"]) {
  test(`a place that is not in the shape is none: ${text}`, () => {
    assert.deepEqual(readPlace(text, [16, 5, 4]), []);
  });
}

test("without a whole place the largest value is taken", () => {
  const values = [0, 1, 3, -3, 0, -9, 4, 2];

  assert.equal(largest([], [2, 2, 2], values), 6);
  assert.equal(largest([0], [2, 2, 2], values), 2);
  assert.equal(largest([1, 0], [2, 2, 2], values), 4);
});
