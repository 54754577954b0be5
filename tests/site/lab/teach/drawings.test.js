/** The list of labelled drawings, in a process without IndexedDB. */

import assert from "node:assert/strict";
import { test } from "node:test";

import * as drawings from "../../../../site/js/lab/teach/drawings.js";

/** A database that has these values in each store, and takes no others. @param {object[]} values */
function databaseOf(values) {
  const event = (/** @type {EventTarget} */ target, /** @type {string} */ type) =>
    queueMicrotask(() => target.dispatchEvent(new Event(type)));
  const base = Object.assign(new EventTarget(), {
    transaction() {
      const transaction = Object.assign(new EventTarget(), {
        commit() {},
        objectStore: () => ({ getAll: () => ({ result: values }) }),
      });
      event(transaction, "complete");
      return transaction;
    },
  });
  return /** @type {any} */ ({
    open() {
      const request = Object.assign(new EventTarget(), { result: base });
      event(request, "success");
      return request;
    },
  });
}

const drawing = { strokes: [[{ x: 1, y: 1 }]], picture: null };
const some = (count) => Array.from({ length: count }, () => drawings.labelled(drawing, "1"));

test("drawings can be relabelled, removed and restored without a storage", async () => {
  const [first, second] = await drawings.add(some(2));
  await drawings.relabel(first.id, "7");
  await drawings.remove([second]);
  assert.deepEqual(drawings.all(), [{ ...first, label: "7" }]);
  assert.match(drawings.storageError().message, /IndexedDB/);

  await drawings.put([second]);
  assert.equal(drawings.all().length, 2);
  await drawings.remove(drawings.all());
});

test("drawings that could not be stored stay when the stored ones are read again", async () => {
  const added = await drawings.add(some(2));
  /** What the storage has: one drawing of another tab. */
  const stored = [{ ...drawings.labelled(drawing, "5"), id: "0" }];
  globalThis.indexedDB = databaseOf(stored);

  await drawings.reload();
  await drawings.reload();

  assert.deepEqual(drawings.all(), [...stored, ...added]);
  delete globalThis.indexedDB;
  await drawings.remove(drawings.all());
});

test("a full list refuses another drawing and stays as it was", async () => {
  await drawings.add(some(999));
  await drawings.add(some(1));

  await assert.rejects(drawings.add(some(1)), /1 drawings, but only 0 more can be stored/);
  assert.equal(drawings.all().length, 1000);
});
