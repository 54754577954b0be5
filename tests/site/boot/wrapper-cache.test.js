/** Small WebAssembly modules that are alike are compiled once, for a while. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { compileOnce } from "../../../site/js/boot/wrapper-cache.js";

const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];
const compiled = (...more) => new WebAssembly.Module(Uint8Array.of(...EMPTY, ...more));
const small = () => compiled();
const other = () => compiled(1, 4, 1, 0x60, 0, 0);
const large = () => compiled(0, 70, 1, 97, ...Array(68).fill(0));

test("small modules that are alike are one until the cache ends", () => {
  const end = compileOnce();

  assert.equal(small(), small());
  assert.notEqual(small(), other());
  assert.notEqual(large(), large());
  assert.ok(small() instanceof WebAssembly.Module);
  end();
  assert.notEqual(small(), small());
});
