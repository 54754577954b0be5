// @ts-check
/**
 * Hands Pyodide the bytes that it wants to fetch. It has no way to be given them, it
 * fetches; so while it starts, what it fetches of the runtime is answered from here.
 */

import { BASE } from "./runtime.js";

/** @typedef {{body: () => Promise<BodyInit>, integrity?: string}} Answer */

/**
 * Until the returned function is called, answer fetches of these files of the runtime.
 * @param {Map<string, Answer>} answers  by name
 */
export function answerFetches(answers) {
  const original = globalThis.fetch;
  const known = new Map(
    [...answers].map(([name, answer]) => [new URL(name, BASE).href, answer]),
  );
  globalThis.fetch = async (input, init) => {
    const answer = known.get(input instanceof Request ? input.url : String(input));
    // Pyodide's lock has hashes of its own: they must be those that were checked
    const asked = init?.integrity;
    if (answer === undefined || (asked !== undefined && asked !== answer.integrity)) {
      return original(input, init);
    }
    // only of WebAssembly does anyone ask the type
    const headers = { "Content-Type": "application/wasm" };
    return new Response(await answer.body(), { headers });
  };
  return () => {
    globalThis.fetch = original;
  };
}
