/** The call and the value that the Python panel's address names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { callAt, fieldsOf, numberOf } from "../../../../site/js/lab/python/chosen-call.js";

const CALLS = ["examine", "Conv2D.forward", "Dense.forward", "Conv2D.forward", "Dense.forward"].map(
  (name) => ({ name }),
);

test("each call has an address that leads back to it", () => {
  assert.deepEqual(fieldsOf(CALLS, 3), { call: "Conv2D.forward:2", value: null });
  for (const [at] of CALLS.entries()) {
    assert.equal(callAt(CALLS, fieldsOf(CALLS, at).call), at);
  }
});

test("a name alone, or a number too many, is the last call of that name", () => {
  assert.equal(callAt(CALLS, "Conv2D.forward"), 3);
  assert.equal(callAt(CALLS, "Conv2D.forward:9"), 3);
});

test("without an address or with one that fits nothing the logits are shown", () => {
  for (const field of [null, "", "Nowhere:1", "Conv2D.forward:x", ":2"]) {
    assert.equal(callAt(CALLS, field), 4, String(field));
  }
  assert.equal(callAt([{ name: "examine" }], null), 0);
});

test("a value in the address is shown if the output has it, else its largest", () => {
  const call = { shape: [1, 10], greatest: 7 };
  assert.equal(numberOf(call, "3"), 3);
  for (const field of [null, "", "10", "-1", "1e9", "x"]) assert.equal(numberOf(call, field), 7);
  assert.equal(numberOf({ shape: [], greatest: -1 }, "4"), 0);
});
