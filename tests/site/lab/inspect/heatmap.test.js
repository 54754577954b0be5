/** Where the values of an array are in its heatmap. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { colorOf, layout, textOn } from "../../../../site/js/lab/inspect/heatmap.js";

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

test("text on a value's colour has a contrast of 4.5", () => {
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (let share = -1; share <= 1; share += 0.01) {
    const color = colorOf(share);
    const text = textOn(color) === "white" ? 1 : 0;
    const [dark, light] = [luminance(color), text].toSorted((a, b) => a - b);
    assert.ok((light + 0.05) / (dark + 0.05) >= 4.5, `${share}`);
  }
});
