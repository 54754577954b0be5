/** Parts that are loaded on first use: what is said while one does not arrive. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { reportIfSlow } from "../../../site/js/shell/lazy.js";

const notice = /** @type {any} */ ({ textContent: "" });

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  notice.textContent = "";
});
afterEach(() => mock.timers.reset());

test("a part that does not arrive is reported after 20 s, until it does", async () => {
  const { promise, resolve } = Promise.withResolvers();
  reportIfSlow(promise, notice);

  mock.timers.tick(19_999);
  assert.equal(notice.textContent, "");
  mock.timers.tick(1);
  assert.match(notice.textContent, /^Nothing has arrived for 20 s.*Your drawing stays\.$/);

  resolve(1);
  await promise;
  await Promise.resolve(); // until the notice has heard of it
  assert.equal(notice.textContent, "");
});

test("a part that fails is not reported as slow", async () => {
  const { promise, reject } = Promise.withResolvers();
  reportIfSlow(promise, notice);
  reject(new Error("gone"));
  await assert.rejects(promise);

  mock.timers.tick(30_000);
  assert.equal(notice.textContent, "");
});
