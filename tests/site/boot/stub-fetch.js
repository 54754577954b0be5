/** A stub of `fetch` and XMLHttpRequest for tests; import it before modules of site/js. */

import { createHash } from "node:crypto";

/** @typedef {(url: string, init: RequestInit) => Response | Promise<Response>} Answer */

/** Requests so far: the file's name, then the cache mode. @type {[string, string?][]} */
export const requests = [];
/** Answers by file name. @type {Record<string, Answer>} */
export const answers = {};

globalThis.fetch = async (input, init = {}) => {
  const name = String(input).split("/").at(-1) ?? "";
  requests.push([name, init.cache]);
  return answers[name](String(input), init);
};

/** What synchronous requests get, in turn; the last one stays. @type {any[]} */
export const syncAnswers = [];

globalThis.XMLHttpRequest = /** @type {any} */ (
  class {
    status = 0;
    response = null;
    open() {}
    setRequestHeader() {}
    send() {
      const next = syncAnswers.length > 1 ? syncAnswers.shift() : syncAnswers[0];
      if (next instanceof Error) throw next;
      Object.assign(this, next);
    }
  }
);

/** @param {Uint8Array | string} bytes */
export const integrityOf = (bytes) =>
  `sha256-${createHash("sha256").update(bytes).digest("base64")}`;

/** @param {BodyInit} body  @param {string} [type] */
export const ok = (body, type = "application/octet-stream") =>
  new Response(body, { headers: { "content-type": type } });

/** A manifest of these files. @param {Record<string, Uint8Array | string>} files */
export function manifestOf(files) {
  const entries = Object.entries(files).map(([file, bytes]) => ({
    file,
    base: "",
    size: bytes.length,
    integrity: integrityOf(bytes),
  }));
  const runtime = { base: "", files: entries, core: [], wasm: "python.wasm", lock: "lock" };
  return /** @type {any} */ ({
    RUNTIME: { ...runtime, library: "library.zip", wheels: ["a-1.whl"], snapshot: null },
    resolveUrl: (/** @type {string} */ path) => new URL(path, "https://site.test/js/"),
  });
}
