/** The time left of a download is calm, and follows the line. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createTimeLeft } from "../../../site/js/answer/time-left.js";

const TOTAL = 6e6;

/** Downloads at these bytes per second, a second each. @param {number[]} rates */
function said(rates, step = 50) {
  let time = 0;
  let loaded = 0;
  const timeLeft = createTimeLeft(() => time);
  return rates.map((rate) => {
    let left = null;
    for (const end = time + 1000; time < end; time += step) {
      left = timeLeft(loaded, TOTAL);
      loaded += (rate * step) / 1000;
    }
    return left;
  });
}

test("says nothing for two seconds, then counts down on a steady line", () => {
  assert.deepEqual(said(Array(6).fill(2e5)), [null, null, 27, 26, 25, 24]);
});

test("does not jump on an unsteady line", () => {
  const rates = Array.from({ length: 20 }, (_, i) => (i % 2 ? 1.7e5 : 2.3e5));
  const left = said(rates).slice(3).map(Number);
  for (const [i, seconds] of left.slice(1).entries()) {
    assert.ok(seconds <= left[i] && seconds >= left[i] - 2, String(left));
  }
});

test("follows a line that becomes slower", () => {
  const left = said([...Array(8).fill(4e5), ...Array(8).fill(1e5)]);
  assert.ok(Math.abs(Number(left.at(-1)) - 20) < 5, String(left));
});

test("knows nothing of a download that stands still, or is over", () => {
  let time = 0;
  const timeLeft = createTimeLeft(() => time);
  timeLeft(0, TOTAL);
  time = 9000;
  assert.equal(timeLeft(0, TOTAL), null);
  assert.equal(timeLeft(TOTAL, TOTAL), null);
});

test("begins again with a download that begins again", () => {
  let time = 0;
  const timeLeft = createTimeLeft(() => time);
  timeLeft(0, TOTAL);
  time = 3000;
  assert.equal(timeLeft(1e6, TOTAL), 15);
  time = 3100;
  assert.equal(timeLeft(1e5, TOTAL), null);
});
