/** The buffers that JavaScript and Python share, with a fake Python. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createShared } from "../../../site/js/worker/shared-buffers.js";

const LABELS = ["zero", "one"];
const STATUSES = ["digit", "blank", "not-a-digit"];

/** A Recognizer of Python that answers with the sum of its pixels as the score. */
function createNetwork() {
  const arrays = {
    pixels: new Uint8Array(4),
    numbers: new Float64Array(6),
    seen: new Uint8Array(3),
  };
  const network = { growing: false, held: 0, calls: [], destroyed: [] };
  for (const name of Object.keys(arrays)) {
    Object.defineProperty(network, name, {
      get: () => ({
        getBuffer() {
          network.held += 1;
          return { data: arrays[name], release: () => (network.held -= 1) };
        },
        destroy() {},
      }),
    });
  }
  network.make_room = (count) => {
    arrays.pixels = new Uint8Array(count);
  };
  network.answer = Object.assign(
    (...given) => {
      network.calls.push(given);
      const sum = arrays.pixels.reduce((total, pixel) => total + pixel, 0);
      arrays.numbers.set([0, 1, sum, 2.5, 0.25, 0.75]);
      arrays.seen.fill(9);
      if (network.growing) growMemory();
    },
    { destroy: () => network.destroyed.push("answer") },
  );
  network.destroy = () => network.destroyed.push("network");
  return network;

  /** As WebAssembly does: growing the memory detaches every view of it. */
  function growMemory() {
    for (const [name, old] of Object.entries(arrays)) {
      arrays[name] = old.slice();
      structuredClone(old.buffer, { transfer: [old.buffer] });
    }
  }
}

const picture = (...pixels) => ({
  pixels: Uint8Array.from(pixels).buffer,
  width: pixels.length / 4,
  height: 1,
  fit: "digit",
});

test("an answer is read from the shared buffers", () => {
  const network = createNetwork();
  const shared = createShared(network, LABELS, STATUSES);

  assert.deepEqual(shared.recognize(picture(1, 2, 3, 4)), {
    status: "digit",
    answer: "one",
    index: 1,
    probabilities: [0.25, 0.75],
    score: 10,
    seen: Uint8Array.of(9, 9, 9),
    milliseconds: 2.5,
  });
  assert.deepEqual(network.calls, [[1, 1, "digit"]]);
});

test("a picture of another size gets a buffer of its size", () => {
  const shared = createShared(createNetwork(), LABELS, STATUSES);

  assert.equal(shared.recognize(picture(1, 1, 1, 1, 1, 1, 1, 1)).score, 8);
  assert.equal(shared.recognize(picture(1, 1, 1, 1)).score, 4);
});

test("an answer is read although the memory grew while Python ran", () => {
  const network = createNetwork();
  network.growing = true;
  const shared = createShared(network, LABELS, STATUSES);

  assert.equal(shared.recognize(picture(1, 2, 3, 4)).score, 10);
});

test("what an answer saw stays as it was when the next one is read", () => {
  const network = createNetwork();
  const shared = createShared(network, LABELS, STATUSES);
  const { seen } = shared.recognize(picture(1, 2, 3, 4));
  network.seen.getBuffer().data.fill(0);

  assert.deepEqual(seen, Uint8Array.of(9, 9, 9));
});

test("closing releases every buffer and destroys the network", () => {
  const network = createNetwork();
  const shared = createShared(network, LABELS, STATUSES);
  shared.recognize(picture(1, 1, 1, 1, 1, 1, 1, 1));
  shared.close();

  assert.equal(network.held, 0);
  assert.deepEqual(network.destroyed, ["answer", "network"]);
});
