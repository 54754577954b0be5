/** The rows of a network's card. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { cardRows } from "../../../site/js/networks/card.js";

test("a card that holds anything becomes text", () => {
  const card = { a: null, b: [1, "<b>"], c: { d: 0.5, e: 1 }, seed: 1, constructor: "me" };
  const network = { architecture: "784-10", parameters: 7850, fit: "digit", threshold: 127 };
  const rows = cardRows({ ...network, card }, 0);

  assert.equal(rows["c, d"], "50.00%");
  assert.equal(rows["c, e"], "100.00%");
  assert.equal(rows.seed, "1");
  assert.equal(rows.constructor, "me");
  assert.equal(rows.a, "null");
  assert.equal(rows["b, 0"], "1");
  assert.equal(rows["b, 1"], "<b>");
  assert.ok(!("file" in rows));
});
