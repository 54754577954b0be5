/** Where the values of an array are in its heatmap. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { layout } from "../../../../site/js/lab/inspect/heatmap.js";

for (const shape of [[1, 28, 28], [9, 3, 4], [10], [500]]) {
  test(`every value of shape ${shape.join(" x ")} is found where it is placed`, () => {
    const { at, count, height, place, width } = layout(shape);
    const seen = new Set();
    for (let i = 0; i < count; i += 1) {
      const [x, y] = place(i);
      assert.ok(x >= 0 && x < width && y >= 0 && y < height);
      assert.equal(at(x, y), i);
      seen.add(`${x} ${y}`);
    }
    assert.equal(seen.size, count);
  });
}

test("there is no value between two images, outside, or after the last image", () => {
  const { at, height, width } = layout([9, 3, 4]);
  assert.equal(at(4, 0), -1);
  assert.equal(at(0, 3), -1);
  assert.equal(at(-1, 0), -1);
  assert.equal(at(width, 0), -1);
  assert.equal(at(width - 1, height - 1), -1);
});

test("a vector is wider than high", () => {
  const { height, width } = layout([500]);
  assert.ok(width > height);
});
