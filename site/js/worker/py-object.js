// @ts-check
/** The lab's own Python as functions: like recognizer.js, it touches Pyodide. */

import { plainError, toPlain } from "./recognizer.js";

/** @typedef {any} PyProxy  a Python object, alive until `destroy` */
/** @typedef {((method: string, ...given: unknown[]) => any) & {object: PyProxy}} Facade */

/**
 * An object of a Python class, made once and kept: a function that calls its methods.
 * Plain values and ArrayBuffers go in, plain values and bytes come out. The object itself
 * is there for who calls it often.
 * @param {any} pyodide
 * @param {string} module
 * @param {string} name
 * @returns {Facade}
 */
export function createFacade(pyodide, module, name) {
  /** @type {PyProxy} */
  let object;
  try {
    const imported = pyodide.pyimport(module);
    object = imported[name]();
    imported.destroy();
  } catch (error) {
    throw plainError(error);
  }
  /** @param {string} method  @param {unknown[]} given */
  const call = (method, ...given) => {
    const args = given.map((value) =>
      pyodide.toPy(value instanceof ArrayBuffer ? new Uint8Array(value) : value),
    );
    const made = args.filter((arg) => arg instanceof pyodide.ffi.PyProxy);
    try {
      const result = object[method](...args);
      return result instanceof pyodide.ffi.PyProxy ? toPlain(result) : result;
    } catch (error) {
      throw plainError(error);
    } finally {
      for (const arg of made) if (!given.includes(arg)) arg.destroy();
    }
  };
  return Object.assign(call, { object });
}
