/**
 * Compiles Emscripten's wrapper modules once. Emscripten makes one for each JavaScript
 * function that C may call, some 260 at a start; they differ only in the function's type.
 */

/** Size limit in bytes; wrapper modules are smaller. */
const LIMIT = 64;

/** Until the returned function is called, equal small modules are compiled once. */
export function compileOnce() {
  const { Module } = WebAssembly;
  /** @type {Map<string, WebAssembly.Module>} */
  const compiled = new Map();

  /** @param {BufferSource} bytes */
  function compile(bytes) {
    if (!(bytes instanceof Uint8Array) || bytes.length >= LIMIT) {
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
