/** The drawing and its settings in the page's address. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseHash, toFields } from "../../../site/js/share/url-state.js";
import { withFields } from "../../../site/js/shell/address.js";

const formatHash = (shared) => withFields("", toFields(shared));
const strokes = [[{ x: 10, y: 20.25 }, { x: 30.5, y: 40 }]];

const two = [...strokes, [{ x: 50, y: 60 }]];

test("a hash round-trips strokes, network, fit and mode", () => {
  const shared = { strokes, fixed: [], network: "cnn & more", fit: "canvas", mode: "number" };
  assert.deepEqual(parseHash(formatHash(shared)), shared);
});

test("default settings are left out", () => {
  const shared = { strokes, fixed: [], network: null, fit: null, mode: "digit" };
  assert.doesNotMatch(formatHash(shared), /network|fit|mode|fixed/);
  assert.deepEqual(parseHash(formatHash(shared)), shared);
});

test("a hash round-trips corrected characters, also separators", () => {
  const fixed = [..."7-/.,:"].map((text, part) => ({ strokes: [two[1], two[0]], part, text }));
  const hash = formatHash({ strokes: two, fixed, mode: "number" });

  const opened = parseHash(hash);

  assert.match(hash, /&fixed=1\.0:0:7,1\.0:1:-,/);
  assert.deepEqual(opened.fixed, fixed);
  assert.equal(opened.fixed[0].strokes[0], opened.strokes[1]);
});

test("a correction of strokes that were erased is left out", () => {
  const fixed = [{ strokes: [two[1]], part: 0, text: "7" }];
  assert.doesNotMatch(formatHash({ strokes, fixed, mode: "number" }), /fixed/);
});

for (const damaged of ["2:0:7", "0:0:7,1:0", "0:0:seven", "0:-1:7", "0:0:x", ":0:7", "0.:0:7"]) {
  test(`the corrections "${damaged}" are ignored`, () => {
    const hash = `${formatHash({ strokes: two, mode: "number" })}&fixed=${damaged}`;
    const opened = parseHash(hash);
    assert.deepEqual([opened.strokes, opened.fixed], [two, []]);
  });
}

test("an unknown fit is ignored", () => {
  const hash = formatHash({ strokes, network: null, fit: null });
  assert.equal(parseHash(`${hash}&fit=window`).fit, null);
});

test("a hash without a drawing is none", () => {
  for (const hash of ["", "#", "#lab-train", "#network=plain"]) {
    assert.equal(parseHash(hash), null);
  }
});

test("a damaged drawing is refused", () => {
  assert.throws(() => parseHash("#d=1AAIAMDAE"), { name: "BadLink" });
});
