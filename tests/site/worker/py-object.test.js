/** Calls of a Python object's methods, with a fake Pyodide. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createPyObject } from "../../../site/js/worker/py-object.js";

class PyProxy {
  destroyed = false;
  constructor(value) {
    this.value = value;
  }
  toJs() {
    return this.value;
  }
  destroy() {
    this.destroyed = true;
  }
}

/** Pyodide with a module whose class `Lab` has these methods. */
function createPyodide(methods) {
  const made = [];
  const toPy = (value) => {
    if (typeof value !== "object" || value instanceof PyProxy) return value;
    made.push(new PyProxy(value));
    return made.at(-1);
  };
  const Lab = function () {
    return methods;
  };
  const pyimport = () => Object.assign(new PyProxy(), { Lab });
  return { made, ffi: { PyProxy }, toPy, pyimport };
}

test("an ArrayBuffer arrives as bytes, and no argument outlives the call", () => {
  const pyodide = createPyodide({ size: (bytes) => bytes.value.length });
  const lab = createPyObject(pyodide, "nnweb.lab", "Lab");

  assert.equal(lab("size", new ArrayBuffer(3)), 3);
  assert.deepEqual(
    pyodide.made.map(({ destroyed }) => destroyed),
    [true],
  );
});

test("a proxy that is passed in stays alive", () => {
  const network = new PyProxy("network");
  const pyodide = createPyodide({ look: (given) => given.value });
  const lab = createPyObject(pyodide, "nnweb.lab", "Lab");

  assert.equal(lab("look", network), "network");
  assert.equal(network.destroyed, false);
});

test("a dict is returned as a plain object, and its proxy destroyed", () => {
  const dict = new PyProxy({ step: 1 });
  const lab = createPyObject(createPyodide({ run: () => dict }), "nnweb.lab", "Lab");

  assert.deepEqual(lab("run"), { step: 1 });
  assert.equal(dict.destroyed, true);
});

test("a Python error is thrown by its own name, and the arguments are destroyed", () => {
  const pyodide = createPyodide({
    fail() {
      const message = "Traceback\nnnweb.errors.ShapeError: got 3, expected 4\n";
      throw Object.assign(new Error(message), { name: "PythonError" });
    },
  });
  const lab = createPyObject(pyodide, "nnweb.lab", "Lab");

  assert.throws(() => lab("fail", new ArrayBuffer(1)), {
    name: "ShapeError",
    message: "got 3, expected 4",
  });
  assert.equal(pyodide.made[0].destroyed, true);
});

test("what Python broke down of is thrown, though nothing can be asked of it any more", () => {
  let isBroken = false;
  const refuse = () => {
    if (isBroken) throw new Error("Pyodide already fatally failed");
  };
  const pyodide = createPyodide({
    run() {
      isBroken = true;
      throw Object.assign(new RangeError("stack"), { pyodide_fatal_error: true });
    },
  });
  const toPy = (value) => Object.assign(pyodide.toPy(value), { destroy: refuse });
  const broken = {
    ...pyodide,
    toPy,
    get ffi() {
      refuse();
      return { PyProxy };
    },
  };
  const lab = createPyObject(broken, "nnweb.lab", "Lab");

  assert.throws(() => lab("run", new ArrayBuffer(1)), {
    name: "FatalError",
    message: "Python broke down: stack",
  });
});
