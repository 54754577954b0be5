/** Corrected characters among the drawings for teaching, in a process without IndexedDB. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as drawings from "../../../site/js/lab/teach/drawings.js";
import { keepCorrection } from "../../../site/js/numbers/keep-correction.js";

const stroke = (x) => [{ x, y: 40 }, { x: x + 60, y: 280 }];
const labels = () => drawings.all().map(({ label }) => label);

beforeEach(() => drawings.remove(drawings.all()));

test("a character that is corrected twice has its last label only", async () => {
  const ink = [stroke(100), stroke(400)];

  await keepCorrection(ink, "9");
  await keepCorrection([...ink], "4");

  assert.deepEqual(labels(), ["4"]);
});

test("the second of two corrections stands while the first is being stored", async () => {
  const ink = [stroke(100)];

  await Promise.all([keepCorrection(ink, "9"), keepCorrection(ink, "4")]);

  assert.deepEqual(labels(), ["4"]);
});

test("a digit that turns out to be a sign does not teach a digit", async () => {
  const ink = [stroke(100)];
  await keepCorrection(ink, "1");

  const message = await keepCorrection(ink, "/");

  assert.deepEqual(labels(), []);
  assert.equal(message, "");
});

test("two characters that are corrected have a label each", async () => {
  await keepCorrection([stroke(100)], "9");
  await keepCorrection([stroke(100), stroke(400)], "4");

  assert.deepEqual(labels(), ["9", "4"]);
});
