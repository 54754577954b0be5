/** What Enter does while Python is typed, and the completion of names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { commonPrefix, indentation, isWhole } from "../../../../site/js/lab/python/editor-keys.js";

test("Enter runs a complete line", () => {
  for (const text of ["1 + 1", "print(x)", "x = [1, 2]"]) assert.ok(isWhole(text), text);
});

test("Enter continues an open line, a decorator and a block", () => {
  const open = ["for i in x:", "f(1,", "[", "{", "x = 1 + \\", "@cache", "def f():\n    pass"];
  for (const text of open) assert.ok(!isWhole(text), text);
});

test("Enter continues a line that a comment follows, and a text of several lines", () => {
  for (const text of ["for i in x:  # all", "f(1, # one", 'x = """a', "'''\n", 'f("""\na\n\n']) {
    assert.ok(!isWhole(text), text);
  }
  for (const text of ['x = "a:#b"', "x = 1  # b", '"""a"""']) assert.ok(isWhole(text), text);
});

test("several lines without an open block are complete", () => {
  assert.ok(isWhole("a\nb"));
});

test("an empty line ends a block", () => {
  assert.ok(isWhole("def f():\n    pass\n"));
});

test("a new line is indented as the one before, deeper after a colon", () => {
  assert.equal(indentation("x = 1"), "");
  assert.equal(indentation("    x = 1"), "    ");
  assert.equal(indentation("if x:"), "    ");
  assert.equal(indentation("    if x:  # why"), "        ");
});

test("a new line after return or pass leaves the block", () => {
  for (const word of ["return x", "pass", "break", "continue", "raise"]) {
    assert.equal(indentation(`        ${word}`), "    ");
  }
});

test("names are completed to their common prefix", () => {
  assert.equal(commonPrefix(["network", "network_in", "net"]), "net");
  assert.equal(commonPrefix(["a", "b"]), "");
  assert.equal(commonPrefix([]), "");
});
