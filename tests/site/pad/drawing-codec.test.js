/** A drawing as the letters of a link: exact, short, and refused when damaged. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decode, encode } from "../../../site/js/pad/drawing-codec.js";

const path = new URL("../../data/strokes.json", import.meta.url);
const strokesOf = (drawing) => drawing.map((s) => s.map(([x, y]) => ({ x, y })));
const digits = Object.entries(JSON.parse(readFileSync(path, "utf8"))).map(
  ([digit, drawing]) => [digit, strokesOf(drawing)],
);
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function checksum(body) {
  let value = 1;
  for (const letter of body) value = (value * 33 + letter.charCodeAt(0)) % 4093;
  return LETTERS[value >> 6] + LETTERS[value & 63];
}

test("strokes come back from a link exactly", () => {
  let seed = 7; // of a linear congruential generator
  const quarter = () => {
    seed = (seed * 48271) % 2147483647;
    return (seed % 1425) / 4 - 10;
  };
  const random = [[1], [2], [1, 1], [40, 3, 200]].map((counts) =>
    counts.map((n) => Array.from({ length: n }, () => ({ x: quarter(), y: quarter() }))),
  );
  const longestSteps = strokesOf([
    [
      [-10, -10],
      [346, 346],
      [-10, 346],
      [346, -10],
      [-10, -10],
    ],
  ]);
  for (const strokes of [...random, longestSteps]) {
    const text = encode(strokes);
    assert.match(text, /^[\w.-]+$/);
    assert.deepEqual(decode(text), strokes);
  }
});

test("a number's strokes come back as well, twelve squares wide", () => {
  const wide = strokesOf([[[10, 10], [4042, 346]]]);

  assert.deepEqual(decode(encode(wide)), wide);
  assert.throws(() => decode(encode(strokesOf([[[4043, 10]]]))), { name: "BadLink" });
});

test("the format stays what it is, so that links which people kept go on opening", () => {
  const text = encode([
    [
      { x: 1, y: 0 },
      { x: 2.5, y: -0.25 },
      { x: 4, y: 0 },
    ],
    [{ x: 100, y: 4 }],
  ]);

  // by hand: 4 0, then +6 -1, then 0 +2: doubled, the sign in the lowest bit. 400 is 800
  // doubled: 0 and 25 in groups of five bits, lowest first
  assert.equal(text, `1${checksum("IAMDAE.gZgB")}IAMDAE.gZgB`);
});

test("a link takes less than three letters a point", () => {
  for (const [, strokes] of digits) {
    assert.ok(encode(strokes).length < 2.8 * strokes.flat().length);
  }
});

for (const [text, message] of Object.entries({
  "": "incomplete or damaged",
  "1": "incomplete or damaged",
  "1AA": "incomplete or damaged",
  "1AAIAMDAE": "incomplete or damaged", // its checksum is not AA
  "2whatever": "newer version",
  "%F0%9F%98%80": "incomplete or damaged",
  "<script>": "incomplete or damaged",
})) {
  test(`the damaged link "${text}" is refused`, () => {
    assert.throws(() => decode(text), { name: "BadLink", message: new RegExp(message) });
  });
}

// half a point, half a number, no point, a point far from the paper
for (const body of ["A", "AAA", "g", ".", "A.", "IA.AA.", "gggggB", "-A_-A"]) {
  test(`a right checksum does not help the wrong body "${body}"`, () => {
    assert.throws(() => decode(`1${checksum(body)}${body}`), { name: "BadLink" });
  });
}

test("every shorter part of a link is refused, as chat programs cut links", () => {
  const text = encode(digits[8][1]);
  for (let length = 0; length < text.length; length += 1) {
    assert.throws(() => decode(text.slice(0, length)), { name: "BadLink" });
  }
});
