// @ts-check
/**
 * Hands Pyodide what it wants to fetch. It has no way to be given it, it fetches; so
 * while it starts, what it fetches of the runtime is answered from here.
 */

import { RUNTIME } from "../manifest.js";
import { BASE } from "./runtime-files.js";
import { compileOnce } from "./wrapper-cache.js";

/** @typedef {{body: () => Promise<BodyInit>, integrity?: string}} Answer */

/**
 * Until the returned function is called, answer fetches of these files, and hand over
 * WebAssembly that is compiled already, from the first byte of what Pyodide fetches on.
 * @param {object} given
 * @param {Record<string, Answer>} given.files  by name
 * @param {Promise<WebAssembly.Module>} given.module
 * @param {(module: WebAssembly.Module, imports: WebAssembly.Imports) =>
 *   Promise<WebAssembly.Instance>} [given.instantiate]
 * @param {(reason: unknown) => void} given.reject  Pyodide only warns that it could not
 *   be instantiated, and waits for ever
 */
export function handOver({ files, module, instantiate = WebAssembly.instantiate, reject }) {
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  /** @type {Map<string, Answer>} */
  const known = new Map();
  known.set(new URL(RUNTIME.wasm, BASE).href, { body: async () => "" });
  for (const [name, answer] of Object.entries(files)) {
    known.set(new URL(name, BASE).href, answer);
  }

  globalThis.fetch = async (input, init) => {
    const answer = known.get(input instanceof Request ? input.url : String(input));
    // Pyodide's lock has hashes of its own: they must be those that were checked
    const asked = init?.integrity;
    if (answer === undefined || (asked !== undefined && asked !== answer.integrity)) {
      return fetch(input, init);
    }
    return new Response(await answer.body());
  };
  WebAssembly.instantiateStreaming = async (_response, imports = {}) => {
    try {
      return { module: await module, instance: await instantiate(await module, imports) };
    } catch (error) {
      reject(error);
      throw error;
    }
  };
  const endCompiling = compileOnce();
  return () => {
    endCompiling();
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}
