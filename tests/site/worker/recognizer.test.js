/** Networks in slots, and Python's values and errors, with a fake Pyodide. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createRecognizer, plainError } from "../../../site/js/worker/recognizer.js";

/** Python objects, each alive until it is destroyed. */
function createProxies() {
  const alive = new Set();
  const create = (members, proxy = {}) => {
    alive.add(Object.assign(proxy, members, { destroy: () => alive.delete(proxy) }));
    return proxy;
  };
  return { alive, create };
}

/** Pyodide with an nnweb whose networks answer with their weights' first byte. */
function createPyodide() {
  const { alive, create } = createProxies();
  const array = (data) => () =>
    create({ getBuffer: () => ({ data, release() {} }) });
  function Recognizer({ bytes }) {
    if (bytes[0] === 0) throw pythonError("nnweb.errors.WeightsError: W: no layers");
    const numbers = new Float64Array([0, 0, bytes[0], 1, 1]);
    const network = create({
      answer: create({}, () => {}),
      describe: () => create({ toJs: () => ({ name: "n", labels: ["zero"] }) }),
      make_room() {},
    });
    const arrays = { pixels: new Uint8Array(4), numbers, seen: new Uint8Array(4) };
    for (const [name, data] of Object.entries(arrays)) {
      Object.defineProperty(network, name, { get: array(data) });
    }
    return network;
  }
  const api = create({
    STATUSES: create({ toJs: () => ["digit", "blank", "not-a-digit"] }),
    Recognizer,
  });
  return { alive, pyimport: () => api, toPy: (bytes) => create({ bytes }) };
}

const pythonError = (lastLine, type = "WeightsError") =>
  Object.assign(new Error(`Traceback\n  File "x.py"\n${lastLine}\n`), {
    name: "PythonError",
    type,
  });

const weights = (first) => Uint8Array.of(first).buffer;
const picture = () => ({ pixels: new ArrayBuffer(4), width: 1, height: 1, fit: "digit" });

test("each slot answers with its own network", () => {
  const recognizer = createRecognizer(createPyodide());
  recognizer.open(weights(1), "");
  recognizer.open(weights(2), "other");

  assert.equal(recognizer.recognize(picture(), "").score, 1);
  assert.equal(recognizer.recognize(picture(), "other").score, 2);
});

test("another network in a slot replaces and destroys the one there", () => {
  const pyodide = createPyodide();
  const recognizer = createRecognizer(pyodide);
  recognizer.open(weights(1), "");
  const { size } = pyodide.alive;
  recognizer.open(weights(2), "");

  assert.equal(recognizer.recognize(picture(), "").score, 2);
  assert.equal(pyodide.alive.size, size);
});

test("a refused network leaves the one in its slot, and no Python object", () => {
  const pyodide = createPyodide();
  const recognizer = createRecognizer(pyodide);
  recognizer.open(weights(1), "");
  const { size } = pyodide.alive;

  assert.throws(() => recognizer.open(weights(0), ""), {
    name: "WeightsError",
    message: "W: no layers",
  });
  assert.equal(recognizer.recognize(picture(), "").score, 1);
  assert.equal(pyodide.alive.size, size);
});

test("recognizing before a network is open is an error", () => {
  const recognizer = createRecognizer(createPyodide());

  assert.throws(() => recognizer.recognize(picture(), ""), /no network is open yet/);
});

test("closing leaves no Python object", () => {
  const pyodide = createPyodide();
  const recognizer = createRecognizer(pyodide);
  recognizer.open(weights(1), "");
  recognizer.close();

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
