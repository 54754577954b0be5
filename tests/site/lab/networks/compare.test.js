/** Where the drawing is that two networks are compared on. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { toCorner } from "../../../../site/js/lab/networks/compare.js";
import { boundingBox } from "../../../../site/js/pad/strokes.js";

const LARGE = [[{ x: 60, y: 20 }, { x: 280, y: 320 }], [{ x: 100, y: 200 }]];

test("a large drawing is made small and moved to the lower right", () => {
  const box = boundingBox(toCorner(LARGE));
  assert.deepEqual(box, { left: 206, top: 166, right: 316, bottom: 316 });
});

test("a small drawing keeps its size, and a dot is a dot", () => {
  const small = [[{ x: 200, y: 200 }, { x: 230, y: 260 }]];
  assert.deepEqual(boundingBox(toCorner(small)), { left: 286, top: 256, right: 316, bottom: 316 });
  assert.deepEqual(toCorner([[{ x: 300, y: 300 }]]), [[{ x: 316, y: 316 }]]);
  assert.deepEqual(toCorner([]), []);
});

test("the drawing itself stays as it is", () => {
  const before = structuredClone(LARGE);
  toCorner(LARGE);
  assert.deepEqual(LARGE, before);
});
