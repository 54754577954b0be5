/** Equal wrapper modules are compiled once. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { compileOnce } from "../../../site/js/boot/wrapper-cache.js";

const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];
const compile = (/** @type {number[]} */ ...more) =>
  new WebAssembly.Module(Uint8Array.of(...EMPTY, ...more));

test("compiles equal small modules once, until it is ended", () => {
  const large = () => compile(0, 70, 1, 97, ...Array(68).fill(0));
  const end = compileOnce();
  assert.equal(compile(), compile());
  assert.ok(compile() instanceof WebAssembly.Module);
  assert.notEqual(compile(), compile(1, 4, 1, 0x60, 0, 0));
  assert.notEqual(large(), large());
  end();
  assert.notEqual(compile(), compile());
});
