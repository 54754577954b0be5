/** Networks in slots, the buffers they share with Python, and Python's errors. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createRecognizer, plainError } from "../../../site/js/worker/recognizer.js";

/** Python with an nnweb that scores 100 x the weights' first byte + the pixels' sum. */
function createPyodide() {
  const pyodide = { alive: new Set(), held: 0, grows: false, seen: new Uint8Array() };
  /** A proxy, alive until it is destroyed. */
  const create = (members, proxy = {}) => {
    pyodide.alive.add(Object.assign(proxy, members, { destroy: () => pyodide.alive.delete(proxy) }));
    return proxy;
  };
  function Recognizer({ bytes }) {
    if (bytes[0] === 0) throw pythonError("nnweb.errors.WeightsError: W: no layers");
    const arrays = {
      pixels: new Uint8Array(4),
      numbers: new Float64Array(7),
      seen: new Uint8Array(3),
    };
    const answer = () => {
      const sum = arrays.pixels.reduce((total, pixel) => total + pixel, 0);
      arrays.numbers.set([0, 1, bytes[0] === 1 ? -1 : 0, 100 * bytes[0] + sum, 2.5, 0.25, 0.75]);
      arrays.seen.fill(9);
      if (pyodide.grows) growMemory(arrays);
      pyodide.seen = arrays.seen;
    };
    const network = create({
      answer: create({}, answer),
      describe: () => create({ toJs: () => ({ name: "n", labels: ["zero", "one"] }) }),
      make_room: (count) => {
        arrays.pixels = new Uint8Array(count);
      },
    });
    for (const name of Object.keys(arrays)) {
      const getBuffer = () => {
        pyodide.held += 1;
        return { data: arrays[name], release: () => (pyodide.held -= 1) };
      };
      Object.defineProperty(network, name, { get: () => create({ getBuffer }) });
    }
    return network;
  }
  const STATUSES = create({ toJs: () => ["digit", "blank", "not-a-digit"] });
  const api = create({ STATUSES, Recognizer });
  const toPy = (bytes) => create({ bytes });
  return Object.assign(pyodide, { pyimport: () => api, toPy });
}

/** As WebAssembly does: growing the memory detaches every view of it. */
function growMemory(arrays) {
  for (const [name, old] of Object.entries(arrays)) {
    arrays[name] = old.slice();
    structuredClone(old.buffer, { transfer: [old.buffer] });
  }
}

const pythonError = (lastLine, type = "WeightsError") =>
  Object.assign(new Error(`Traceback\n  File "x.py"\n${lastLine}\n`), {
    name: "PythonError",
    type,
  });

const weights = (first) => Uint8Array.of(first).buffer;
const picture = (...pixels) => ({
  pixels: Uint8Array.from(pixels).buffer,
  width: pixels.length / 4,
  height: 1,
  fit: "digit",
});
const DOT = picture(1, 2, 3, 4);

/** A recognizer with one network open. */
function opened() {
  const pyodide = createPyodide();
  const recognizer = createRecognizer(pyodide);
  recognizer.open(weights(1), "");
  return { pyodide, recognizer, alive: pyodide.alive.size };
}

test("an answer is read from the shared buffers", () => {
  assert.deepEqual(opened().recognizer.recognize(DOT, ""), {
    status: "digit",
    answer: "one",
    index: 1,
    other: "",
    probabilities: [0.25, 0.75],
    score: 110,
    seen: Uint8Array.of(9, 9, 9),
    milliseconds: 2.5,
  });
});

test("an unsure answer has the second label", () => {
  const { recognizer } = opened();
  recognizer.open(weights(2), "");

  const { answer, other } = recognizer.recognize(DOT, "");
  assert.deepEqual([answer, other], ["one", "zero"]);
});

test("a picture of another size gets a buffer of its size", () => {
  const { recognizer } = opened();

  assert.equal(recognizer.recognize(picture(1, 1, 1, 1, 1, 1, 1, 1), "").score, 108);
  assert.equal(recognizer.recognize(DOT, "").score, 110);
});

test("an answer is read although the memory grew while Python ran", () => {
  const { pyodide, recognizer } = opened();
  pyodide.grows = true;

  assert.equal(recognizer.recognize(DOT, "").score, 110);
});

test("what an answer saw stays as it was when the next one is read", () => {
  const { pyodide, recognizer } = opened();
  const { seen } = recognizer.recognize(DOT, "");
  pyodide.seen.fill(0);

  assert.deepEqual(seen, Uint8Array.of(9, 9, 9));
});

test("each slot answers with its own network", () => {
  const { recognizer } = opened();
  recognizer.open(weights(2), "other");

  assert.equal(recognizer.recognize(DOT, "").score, 110);
  assert.equal(recognizer.recognize(DOT, "other").score, 210);
});

test("another network in a slot replaces and destroys the one there", () => {
  const { pyodide, recognizer, alive } = opened();
  recognizer.open(weights(2), "");

  assert.equal(recognizer.recognize(DOT, "").score, 210);
  assert.equal(pyodide.alive.size, alive);
});

test("a refused network leaves the one in its slot, and no Python object", () => {
  const { pyodide, recognizer, alive } = opened();

  assert.throws(() => recognizer.open(weights(0), ""), {
    name: "WeightsError",
    message: "W: no layers",
  });
  assert.equal(recognizer.recognize(DOT, "").score, 110);
  assert.equal(pyodide.alive.size, alive);
});

test("recognizing before a network is open is an error", () => {
  const recognizer = createRecognizer(createPyodide());

  assert.throws(() => recognizer.recognize(DOT, ""), /no network is open yet/);
});

test("closing releases every buffer and leaves no Python object", () => {
  const { pyodide, recognizer } = opened();
  recognizer.recognize(picture(1, 1, 1, 1, 1, 1, 1, 1), "");
  recognizer.close();

  assert.equal(pyodide.held, 0);
  assert.equal(pyodide.alive.size, 0);
});

test("a Python error keeps its last line and has its traceback as the cause", () => {
  const thrown = pythonError("nnweb.errors.WeightsError: b1: got 3, expected 4");
  const error = plainError(thrown);

  assert.equal(error.name, "WeightsError");
  assert.equal(error.message, "b1: got 3, expected 4");
  assert.equal(error.cause, thrown);
});

test("a Python error without a message has its type's name", () => {
  const error = plainError(pythonError("KeyboardInterrupt", "KeyboardInterrupt"));

  assert.equal(error.name, "KeyboardInterrupt");
  assert.equal(error.message, "KeyboardInterrupt");
});

test("an error after which Pyodide cannot go on is a FatalError", () => {
  const thrown = Object.assign(new Error("memory"), { pyodide_fatal_error: true });

  assert.equal(plainError(thrown).name, "FatalError");
});

test("an error that is not Python's stays as it is", () => {
  const error = new RangeError("too far");

  assert.equal(plainError(error), error);
});
