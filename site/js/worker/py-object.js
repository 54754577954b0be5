/** Calls the methods of a Python object from JavaScript. */

import { destroyAll, plainError, toPlain } from "./recognizer.js";

/** @typedef {any} PyProxy  a Python object, kept alive until `destroy` */
/** @typedef {(method: string, ...given: unknown[]) => any} PyObject */

/**
 * Create an instance of a Python class, and return a function that calls its methods. It
 * accepts plain values, ArrayBuffers and proxies, and returns plain values and bytes.
 * @param {any} pyodide
 * @param {string} module
 * @param {string} name  of the class
 * @returns {PyObject}
 */
export function createPyObject(pyodide, module, name) {
  const { PyProxy } = pyodide.ffi; // not to be had any more once Python has broken down
  /** @type {PyProxy} */
  let object;
  try {
    const imported = pyodide.pyimport(module);
    object = imported[name]();
    imported.destroy();
  } catch (error) {
    throw plainError(error);
  }
  return (method, ...given) => {
    const args = given.map((value) =>
      pyodide.toPy(value instanceof ArrayBuffer ? new Uint8Array(value) : value),
    );
    const isProxy = (/** @type {unknown} */ arg) => arg instanceof PyProxy;
    try {
      const result = object[method](...args);
      return isProxy(result) ? toPlain(result) : result;
    } catch (error) {
      throw plainError(error);
    } finally {
      // toPy returns a proxy as it is: the caller's stay alive
      destroyAll(args.filter((arg) => isProxy(arg) && !given.includes(arg)));
    }
  };
}
