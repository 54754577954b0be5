// @ts-check
/**
 * Emscripten makes a WebAssembly module of a function and a type for each function of
 * JavaScript that C may call, some 260 at a start. They differ in the type alone, so most
 * have been compiled before.
 */

/** Bytes, of which no such module has as many. */
const LARGER = 64;

/** Until the returned function is called, small modules that are alike are one. */
export function compileOnce() {
  const { Module } = WebAssembly;
  /** @type {Map<string, WebAssembly.Module>} */
  const compiled = new Map();

  /** @param {BufferSource} bytes */
  function compile(bytes) {
    if (!(bytes instanceof Uint8Array) || bytes.length >= LARGER) {
      return new Module(bytes);
    }
    const key = bytes.join();
    const module = compiled.get(key) ?? new Module(bytes);
    compiled.set(key, module);
    return module;
  }

  WebAssembly.Module = new Proxy(Module, { construct: (_, [bytes]) => compile(bytes) });
  return () => {
    WebAssembly.Module = Module;
  };
}
