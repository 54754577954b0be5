/** Deferred code is fetched in the background, and a failed load is retried. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { answers, manifestOf, ok, requests, syncAnswers } from "./stub-fetch.js";

const { createFiles } = await import("../../../site/js/boot/runtime-files.js");
const { createDeferredSource } =
  await import("../../../site/js/boot/start-from-snapshot.js");

const WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const files = () => createFiles(manifestOf({ "deferred.wasm": WASM }), () => {});
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
};

test("a failed load of deferred code is tried again when it is next needed", () => {
  const source = createDeferredSource("deferred.wasm", files());
  syncAnswers.splice(0, syncAnswers.length, new Error("no connection"));
  assert.throws(() => source.load(), /deferred\.wasm: could not be downloaded/);
  syncAnswers.splice(0, 1, { status: 200, response: WASM.slice().buffer });
  assert.ok(source.load() instanceof WebAssembly.Module);
});

test("fetches deferred code in the background until that succeeds", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  answers["deferred.wasm"] = () => new Response("", { status: 503 });
  const source = createDeferredSource("deferred.wasm", files());
  source.fetchInBackground();
  assert.equal(requests.length, 0);
  mock.timers.tick(2000);
  await settle();
  assert.equal(requests.length, 1);
  answers["deferred.wasm"] = () => ok(WASM);
  mock.timers.tick(4000);
  await settle();
  syncAnswers.splice(0, syncAnswers.length, new Error("not needed"));
  assert.ok(source.load() instanceof WebAssembly.Module);
  mock.timers.reset();
});
