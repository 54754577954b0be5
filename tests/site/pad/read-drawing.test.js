/** Drawings from JSON files: what is refused, and in which words. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { toJson } from "../../../site/js/pad/drawing-json.js";
import { fromJson } from "../../../site/js/pad/read-drawing.js";

const drawing = { format: "nnweb-drawing", version: 1, canvas: 336, strokes: [[[1, 2]]] };
const read = (fields) => fromJson(new File([JSON.stringify(fields)], "drawing.json"));

test("strokes without a picture are read", async () => {
  const expected = { strokes: [[{ x: 1, y: 2 }]], picture: null, fixed: [] };
  assert.deepEqual(await read(drawing), expected);
  assert.deepEqual(await read({ ...drawing, picture: null }), expected);
});

test("corrected characters are read with the strokes of the drawing", async () => {
  const [first, second] = [[{ x: 1, y: 2 }], [{ x: 3, y: 4 }]];
  const corrected = [
    { strokes: [second], part: 0, text: "7" },
    { strokes: [[{ x: 1, y: 2 }]], part: 0, text: "1" }, // of a stroke that was erased
  ];
  const text = toJson({ strokes: [first, second], picture: null, fixed: corrected });

  const { strokes, fixed } = await fromJson(new File([text], "drawing.json"));

  assert.deepEqual(fixed, [{ strokes: [second], part: 0, text: "7" }]);
  assert.equal(fixed[0].strokes[0], strokes[1]);
});

for (const picture of ["", "https://example.org/a.png", "data:text/html,x", 7, false]) {
  test(`the picture ${JSON.stringify(picture)} is refused`, async () => {
    const notPng = { name: "BadFile", message: /is not a PNG/ };
    await assert.rejects(read({ ...drawing, picture }), notPng);
  });
}

for (const [fields, message] of /** @type {[object, RegExp][]} */ ([
  [{ format: undefined }, /"format" is nothing, expected "nnweb-drawing"/],
  [{ format: "svg" }, /"format" is "svg"/],
  [{ version: 2 }, /"version" is 2, expected 1/],
  [{ canvas: 280 }, /"canvas" is 280, expected 336/],
  [{ strokes: {} }, /"strokes" is \{\}/],
  [{ strokes: [[[1, 2]], [[1]]] }, /"strokes\[1\]" is \[\[1\]\]/],
  [{ strokes: [[]] }, /"strokes\[0\]" is \[\]/],
  [{ strokes: [[[1, "2"]]] }, /strokes\[0\]/],
  [{ strokes: [[[1, null]]] }, /strokes\[0\]/],
  [{ strokes: ["a"] }, /strokes\[0\]/],
  [{ strokes: [[[1, 2]], [[1, 1e9]]] }, /strokes\[1\]/],
  [{ strokes: [[[-1e300, 2]]] }, /strokes\[0\]/],
  [{ fixed: {} }, /"fixed" is \{\}, expected a list of corrected characters/],
  [{ fixed: [{ strokes: [1], part: 0, text: "7" }] }, /"fixed"/],
  [{ fixed: [{ strokes: [0], part: -1, text: "7" }] }, /"fixed"/],
  [{ fixed: [{ strokes: [0], part: 0, text: "77" }] }, /"fixed"/],
])) {
  test(`a file with ${JSON.stringify(fields)} is refused`, async () => {
    await assert.rejects(read({ ...drawing, ...fields }), { name: "BadFile", message });
  });
}

test("text that is no JSON, and a file that is too large, are refused", async () => {
  const badJson = { name: "BadFile", message: /JSON/ };
  await assert.rejects(fromJson(new File(["{"], "a.json")), badJson);
  const large = new File([new Uint8Array(8_000_001)], "a.json");
  const tooLarge = { name: "BadFile", message: /8,000,001 bytes/ };
  await assert.rejects(fromJson(large), tooLarge);
});
