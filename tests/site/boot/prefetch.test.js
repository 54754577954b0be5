/** The page prefetches for its worker, and each knows that the other gets bytes. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { answers, manifestOf, ok } from "./stub-fetch.js";

const { fetchBytes } = await import("../../../site/js/boot/download.js");
const { createPrefetched, prefetch } = await import("../../../site/js/boot/prefetch.js");

const EMPTY_WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const FILES = { "python.wasm": EMPTY_WASM, lock: "{}", "library.zip": "l", "a-1.whl": "w" };
const manifest = manifestOf(FILES);

/** @typedef {import("../../../site/js/boot/prefetch.js").Arrival} Arrival */

/** All arrivals of files, by name. @param {boolean} compiles */
async function arrivals(compiles) {
  /** @type {Map<string | undefined, Arrival>} */
  const found = new Map();
  await new Promise((resolve) => {
    prefetch(manifest, () => {}, compiles, (arrival) => {
      found.set(arrival.name, arrival);
      const named = [...found.keys()].filter((name) => name !== undefined);
      if (named.length === Object.keys(FILES).length) resolve(undefined);
    });
  });
  return found;
}

beforeEach(() => {
  for (const [name, content] of Object.entries(FILES)) answers[name] = () => ok(content);
});

test("sends compiled code, bytes, and nothing of what the page cannot decode", async () => {
  const found = await arrivals(true);
  assert.ok(found.get("python.wasm")?.value instanceof WebAssembly.Module);
  assert.equal(found.get("lock")?.value.byteLength, 2);
  assert.deepEqual(found.get("a-1.whl"), { name: "a-1.whl", value: undefined });
});

test("leaves code to the worker where the page may not compile", async () => {
  const found = await arrivals(false);
  assert.deepEqual(found.get("python.wasm"), { name: "python.wasm" });
});

test("sends the error of a file that cannot be downloaded", async () => {
  answers.lock = () => new Response("", { status: 404 });
  const found = await arrivals(true);
  assert.match(String(found.get("lock")?.error), /lock: the server answered 404/);
});

test("tells the worker that bytes are arriving", async () => {
  assert.ok((await arrivals(true)).has(undefined));
});

test("bytes that arrive in the page keep the worker's downloads alive", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  answers["worker.bin"] = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  let failed = false;
  const download = fetchBytes(new URL("https://site.test/worker.bin")).catch(() => {
    failed = true;
  });
  const { receive } = createPrefetched(manifest, true);
  mock.timers.tick(19_000);
  receive({});
  mock.timers.tick(19_000);
  await new Promise(setImmediate);
  assert.equal(failed, false);
  mock.timers.tick(2_000);
  await download;
  mock.timers.reset();
});

test("the worker gets a file when it arrives, and its own turn at the end", async () => {
  const { receive, get, end } = createPrefetched(manifest, true);
  const lock = get("lock");
  const wheel = get("a-1.whl");
  receive({ name: "lock", value: 1 });
  end();
  assert.equal((await lock)?.value, 1);
  assert.equal((await wheel)?.value, undefined);
  assert.equal(await get("other"), undefined);
});
