/** The drawing and its settings in the page's address. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseHash, toFields } from "../../../site/js/share/url-state.js";
import { withFields } from "../../../site/js/shell/address.js";

const formatHash = (shared) => withFields("", toFields(shared));
const strokes = [[{ x: 10, y: 20.25 }, { x: 30.5, y: 40 }]];

test("a hash round-trips strokes, network, fit and mode", () => {
  const shared = { strokes, network: "cnn & more", fit: "canvas", mode: "number" };
  assert.deepEqual(parseHash(formatHash(shared)), shared);
});

test("default settings are left out", () => {
  const shared = { strokes, network: null, fit: null, mode: "digit" };
  assert.doesNotMatch(formatHash(shared), /network|fit|mode/);
  assert.deepEqual(parseHash(formatHash(shared)), shared);
});

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
