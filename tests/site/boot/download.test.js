/** Downloads are counted, checked, retried and given up; faults are named. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { answers, integrityOf, ok, requests } from "./stub-fetch.js";

const { fetchBytes, noteActivity } = await import("../../../site/js/boot/download.js");

const DATA = Uint8Array.of(1, 2, 3);
const url = (name = "data.bin") => new URL(`https://site.test/${name}`);
const options = { integrity: integrityOf(DATA) };
const html = () => ok("<!doctype html>", "text/html; charset=utf-8");

beforeEach(() => {
  requests.length = 0;
});

test("counts and returns the bytes of a file that matches its checksum", async () => {
  /** @type {number[]} */
  const counts = [];
  answers["data.bin"] = () => ok(DATA);
  const onBytes = (/** @type {number} */ loaded) => counts.push(loaded);
  const bytes = await fetchBytes(url(), { ...options, onBytes });
  assert.deepEqual(new Uint8Array(bytes), DATA);
  assert.equal(counts.at(-1), 3);
});

test("fetches a damaged file once more, past the cache", async () => {
  answers["data.bin"] = (_, { cache }) => ok(cache === "reload" ? DATA : "bad");
  await fetchBytes(url(), options);
  assert.deepEqual(requests, [
    ["data.bin", "default"],
    ["data.bin", "reload"],
  ]);
});

test("checks the hash where there is no SubtleCrypto, as on plain http", async () => {
  mock.getter(crypto, "subtle", () => undefined);
  answers["data.bin"] = () => ok(DATA);
  await fetchBytes(url(), options);
  answers["data.bin"] = () => ok("bad");
  await assert.rejects(fetchBytes(url(), options), /does not match its checksum/);
  mock.restoreAll();
});

for (const [what, answer, message] of /** @type {[string, () => Response, RegExp][]} */ ([
  ["a missing file", () => new Response("", { status: 404 }), /answered 404/],
  ["a damaged file", () => ok("12345"), /\(5 bytes\) does not match its checksum/],
  ["a lost connection", () => assert.fail("reset"), /the connection failed/],
  ["a web page", html, /sends a web page \(text\/html\) instead of this file/],
])) {
  test(`names ${what}`, async () => {
    answers["data.bin"] = answer;
    await assert.rejects(fetchBytes(url(), options), { name: "DownloadError", message });
    await assert.rejects(fetchBytes(url(), options), /^DownloadError: data\.bin: /);
  });
}

test("refuses a web page in place of a file of unknown content", async () => {
  answers["data.bin"] = html;
  await assert.rejects(fetchBytes(url()), /sends a web page/);
});

test("stops reading a file without end at the limit", async () => {
  let cancelled = false;
  const pull = (/** @type {any} */ stream) => stream.enqueue(new Uint8Array(1000));
  const cancel = () => (cancelled = true);
  answers["data.bin"] = () => new Response(new ReadableStream({ pull, cancel }));
  const message = "data.bin: longer than 9,000 bytes, the limit here";
  await assert.rejects(fetchBytes(url(), { limit: 9000 }), { message });
  assert.equal(cancelled, true);
});

test("names a module's wrong content type, and the right one", async () => {
  answers["a.js"] = () => ok(DATA);
  const message =
    /sends this module as application\/octet-stream: it must be text\/javascript/;
  await assert.rejects(fetchBytes(url("a.js"), options), message);
  for (const type of ["text/javascript; charset=utf-8", "application/javascript"]) {
    answers["a.js"] = () => ok(DATA, type);
    await fetchBytes(url("a.js"), options);
  }
});

test("gives up after 20 s without a byte of any download", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  /** @type {Answer} */
  const silent = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  answers["data.bin"] = silent;
  let settled = "";
  const download = fetchBytes(url()).catch((error) => {
    settled = error.message;
  });
  mock.timers.tick(19_000);
  noteActivity(); // another file still arrives
  mock.timers.tick(19_000);
  await new Promise(setImmediate);
  assert.equal(settled, "");
  mock.timers.tick(2_000);
  await download;
  assert.equal(settled, "data.bin: no data for 20 s");
  mock.timers.reset();
});

/** @typedef {import("./stub-fetch.js").Answer} Answer */
