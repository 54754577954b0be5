/** Companions are asked for where the host compresses nothing, and only there. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { gzipSync } from "node:zlib";

import { answers, integrityOf, ok, requests } from "./stub-fetch.js";

const { companionOf, workerName } = await import("../../../site/js/boot/companions.js");
const { fetchBytes } = await import("../../../site/js/boot/download.js");

const DATA = new TextEncoder().encode("a file, a file, a file");
const url = (name = "a.wasm") => new URL(`https://site.test/${name}`);
const options = { integrity: integrityOf(DATA) };

/** In a page, or else in a worker. @param {boolean} isPage  @param {string} [name] */
const be = (isPage, name) =>
  Object.assign(globalThis, { document: isPage ? {} : undefined, name });

/** How the browser says that the manifest has arrived. @param {object[]} entries */
const arrived = (...entries) =>
  mock.method(performance, "getEntriesByName", () => entries);
const plain = { encodedBodySize: 9, decodedBodySize: 9, workerStart: 0 };

beforeEach(() => {
  mock.restoreAll();
  be(true);
  requests.length = 0;
});

for (const [what, entries] of /** @type {[string, object[]][]} */ ([
  ["the host compresses", [{ ...plain, encodedBodySize: 3 }]],
  ["the browser does not say", []],
  ["the files are on another origin", [{ ...plain, encodedBodySize: 0, decodedBodySize: 0 }]],
  ["a service worker answers", [{ ...plain, workerStart: 1 }]],
])) {
  test(`asks for the file itself where ${what}`, () => {
    arrived(...entries);
    assert.equal(companionOf(url()), null);
  });
}

test("a worker does as its page does, which has named it", () => {
  arrived(plain);
  be(false, workerName("a worker"));
  assert.equal(companionOf(url()), "https://site.test/a.wasm.gz");
  be(false, "a worker");
  assert.equal(companionOf(url()), null);
});

test("asks for companions of code and networks, not of what is packed", () => {
  arrived(plain);
  for (const name of ["a.wasm", "a.json", "a.mjs.js"]) {
    assert.equal(companionOf(url(name)), `https://site.test/${name}.gz`);
  }
  for (const name of ["worker.js", "snapshot.bin", "a.whl", "0.bin.gz"]) {
    assert.equal(companionOf(url(name)), null);
  }
});

test("unpacks a companion, and checks what is in it", async () => {
  arrived(plain);
  let type = null;
  answers["a.wasm.gz"] = () => ok(gzipSync(DATA), "application/gzip");
  const onResponse = (/** @type {Response} */ { headers }) => {
    type = headers.get("content-type");
  };
  const bytes = await fetchBytes(url(), { ...options, onResponse });
  assert.deepEqual(new Uint8Array(bytes), DATA);
  assert.deepEqual(requests, [["a.wasm.gz", "default"]]);
  assert.equal(type, "application/wasm"); // else it cannot be compiled while it arrives
});

test("takes a companion that the browser has unpacked", async () => {
  arrived(plain);
  answers["a.wasm.gz"] = () =>
    new Response(DATA, { headers: { "content-encoding": "gzip" } });
  assert.deepEqual(new Uint8Array(await fetchBytes(url(), options)), DATA);
});

test("asks for a network of one's own as it is", async () => {
  arrived(plain);
  answers["own.json"] = () => ok(DATA);
  await fetchBytes(url("own.json"));
  assert.deepEqual(requests, [["own.json", "default"]]);
});

for (const [what, answer] of /** @type {[string, () => Response][]} */ ([
  ["missing", () => new Response("", { status: 404 })],
  ["a web page", () => ok("<!doctype html>", "text/html")],
  ["cut short", () => ok(gzipSync(DATA).subarray(0, 20))],
  ["of another file", () => ok(gzipSync("another"))],
  ["empty", () => ok("")],
])) {
  test(`fetches the file itself where its companion is ${what}`, async () => {
    const name = `${what.replaceAll(" ", "-")}.json`;
    arrived(plain);
    answers[`${name}.gz`] = answer;
    answers[name] = () => ok(DATA);
    for (let i = 0; i < 2; i += 1) {
      assert.deepEqual(new Uint8Array(await fetchBytes(url(name), options)), DATA);
    }
    assert.deepEqual(
      requests.map(([asked]) => asked),
      [`${name}.gz`, name, name],
    );
  });
}
