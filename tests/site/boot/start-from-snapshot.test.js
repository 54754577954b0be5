/** A part that fails ends the start; deferred code is fetched later, and retried. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { answers, manifestOf, ok, requests, syncAnswers } from "./stub-fetch.js";

const { createFiles } = await import("../../../site/js/boot/runtime-files.js");
const { createDeferredSource, startFromSnapshot } =
  await import("../../../site/js/boot/start-from-snapshot.js");

const WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const files = () => createFiles(manifestOf({ "deferred.wasm": WASM }), () => {});
/** No download ends, except for one that fails. @param {string} broken */
const filesWithout = (broken) => /** @type {any} */ ({
  base: new URL("https://site.test/"),
  runtime: { core: ["pyodide.mjs"] },
  get: () => new Promise(() => {}),
  decoded: (/** @type {string} */ name) =>
    new Promise((_resolve, reject) => name === broken && reject(new Error(`no ${name}`))),
});
/** Let time pass until a state is reached. @param {() => boolean} holds */
const until = async (holds) => {
  while (!holds()) {
    mock.timers.tick(2000);
    await new Promise(setImmediate);
  }
};

for (const broken of ["snapshot.bin", "first.wasm", "core.so"]) {
  test(`a start fails at once if ${broken} does, whatever else is missing`, async () => {
    const snapshot = /** @type {any} */ ({
      memory: "snapshot.bin",
      header: 4,
      wasm: { first: "first.wasm", deferred: "deferred.wasm" },
      modules: [{ file: "core.so", path: "/lib/core.so" }],
      late: {},
    });
    const start = startFromSnapshot(snapshot, filesWithout(broken), () => {});
    await assert.rejects(start, { message: `no ${broken}` });
  });
}

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
  await until(() => requests.length > 0);
  answers["deferred.wasm"] = () => ok(WASM);
  syncAnswers.splice(0, syncAnswers.length, new Error("no connection"));
  const isLoaded = () => {
    try {
      return source.load() instanceof WebAssembly.Module;
    } catch {
      return false;
    }
  };
  await until(isLoaded);
  assert.ok(requests.length > 1);
  mock.timers.reset();
});
