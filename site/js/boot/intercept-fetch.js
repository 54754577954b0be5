/** Intercepts Pyodide's fetches while it boots; it has no API for passing files in. */

import { compileOnce } from "./wrapper-cache.js";

/** @typedef {{body: () => Promise<BodyInit>, integrity?: string}} Answer */

/**
 * Until the returned function is called, answer fetches of these files, and instantiate a
 * compiled module in place of Pyodide's WebAssembly.
 * @param {object} options
 * @param {import("./runtime-files.js").Files} options.files
 * @param {Record<string, Answer>} options.answers  by file name
 * @param {Promise<WebAssembly.Module>} options.module
 * @param {(module: WebAssembly.Module, imports: WebAssembly.Imports) =>
 *   Promise<WebAssembly.Instance>} [options.instantiate]
 * @param {(reason: unknown) => void} options.reject  called when instantiation fails:
 *   Pyodide only warns, and waits for ever
 */
export function interceptFetch({ files, answers, module, reject, ...options }) {
  const { instantiate = WebAssembly.instantiate } = options;
  const { fetch } = globalThis;
  const { instantiateStreaming } = WebAssembly;
  const urlOf = (/** @type {string} */ name) => new URL(name, files.base).href;
  /** @type {Map<string, Answer>} */
  const known = new Map([[urlOf(files.runtime.wasm), { body: async () => "" }]]);
  for (const [name, answer] of Object.entries(answers)) known.set(urlOf(name), answer);

  globalThis.fetch = async (input, init) => {
    const answer = known.get(input instanceof Request ? input.url : String(input));
    // the hashes in Pyodide's lock must be those that were checked
    const wanted = init?.integrity;
    if (answer === undefined || (wanted !== undefined && wanted !== answer.integrity)) {
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
  const endCompileOnce = compileOnce();
  return () => {
    endCompileOnce();
    globalThis.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  };
}
