/** Drawings from JSON files: what is refused, and in which words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fromJson } from "../../../site/js/pad/read-drawing.js";

const drawing = { format: "nnweb-drawing", version: 1, canvas: 336, strokes: [[[1, 2]]] };
const read = (fields) => fromJson(new File([JSON.stringify(fields)], "drawing.json"));

test("strokes without a picture are read", async () => {
  const expected = { strokes: [[{ x: 1, y: 2 }]], picture: null };
  assert.deepEqual(await read(drawing), expected);
  assert.deepEqual(await read({ ...drawing, picture: null }), expected);
});

for (const picture of ["", "https://example.org/a.png", "data:text/html,x", 7, false]) {
  test(`the picture ${JSON.stringify(picture)} is refused`, async () => {
    await assert.rejects(read({ ...drawing, picture }), { name: "BadFile" });
  });
}

for (const [field, value] of Object.entries({
  format: "svg",
  version: 2,
  canvas: 28,
  strokes: {},
})) {
  test(`another ${field} is refused by name`, async () => {
    await assert.rejects(read({ ...drawing, [field]: value }), {
      name: "BadFile",
      message: new RegExp(field),
    });
  });
}

for (const strokes of [[[]], [[[1]]], [[[1, "2"]]], [[[1, null]]], ["a"]]) {
  test(`strokes ${JSON.stringify(strokes)} are refused`, async () => {
    await assert.rejects(read({ ...drawing, strokes }), { message: /strokes\[0\]/ });
  });
}

test("text that is no JSON, and a file that is too large, are refused", async () => {
  await assert.rejects(fromJson(new File(["{"], "a.json")), { name: "BadFile" });
  const large = new File([new Uint8Array(8_000_001)], "a.json");
  await assert.rejects(fromJson(large), { name: "BadFile" });
});
