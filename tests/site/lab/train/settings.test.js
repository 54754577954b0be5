/** The settings of a training as text for the address. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  formatSettings,
  parseSettings,
  PRESETS,
  presetOf,
} from "../../../../site/js/lab/train/settings.js";

const DEFAULTS = { ...PRESETS.small, examples: "10000", epochs: "3" };
const CNN = { ...DEFAULTS, ...PRESETS.cnn };

test("settings round-trip as a preset and what differs from it", () => {
  for (const [values, text] of [
    [{ ...CNN, examples: "1000" }, "preset:cnn,examples:1000"],
    [{ ...DEFAULTS, epochs: "5" }, "epochs:5"],
    [{ ...CNN, learning_rate: "0.01" }, `layers:${CNN.layers},learning_rate:0.01`],
  ]) {
    assert.deepEqual(new Set(formatSettings(values, DEFAULTS).split(",")), new Set(text.split(",")));
    assert.deepEqual(parseSettings(text, DEFAULTS), values);
  }
});

test("default settings need no text", () => {
  assert.equal(formatSettings(DEFAULTS, DEFAULTS), null);
});

test("a value that a preset does not have makes the settings one's own", () => {
  assert.equal(presetOf({ ...CNN, epochs: "9" }), "cnn");
  assert.equal(presetOf({ ...CNN, optimizer: "sgd" }), "");
});

test("a preset counts for less than what is named beside it", () => {
  const { learning_rate, layers } = parseSettings("learning_rate:1,preset:cnn", DEFAULTS);
  assert.deepEqual([learning_rate, layers], ["1", CNN.layers]);
});

test("damaged settings are refused with what was got and what was expected", () => {
  for (const [text, got, expected] of [
    ["", "", /^preset, layers/],
    ["preset:cnn,", "", /^preset, layers/],
    ["epochs", "epochs", /epochs/],
    ["epochs:", "epochs:", /epochs/],
    ["toString:1", "toString:1", /epochs/],
    ["preset:toString", "preset:toString", /^small, deep/],
    ["x".repeat(999), "x".repeat(60), /epochs/],
  ]) {
    assert.throws(
      () => parseSettings(text, DEFAULTS),
      (error) => error.name === "BadSettings" && error.got === got && expected.test(error.expected),
    );
  }
});
