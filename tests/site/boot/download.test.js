/** Downloads against a fetch of the test: how each can fail, and what is tried again. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";

/** One answer after the other; the last one goes on. */
let answers = [];
let asked = [];
globalThis.fetch = async (url, { cache, integrity, signal }) => {
  asked.push({ url, cache, integrity });
  const answer = answers.length > 1 ? answers.shift() : answers[0];
  return answer(signal);
};
// after this: the module keeps the fetch that it finds when it is loaded
const { fetchBytes, signOfLife } = await import("../../../site/js/boot/download.js");

const BYTES = Uint8Array.of(1, 2, 3);
const INTEGRITY = `sha256-${createHash("sha256").update(BYTES).digest("base64")}`;

const whole = () => new Response(BYTES);
const half = () => new Response(BYTES.subarray(0, 1));
const missing = () => new Response("not here", { status: 404 });
const unreachable = () => Promise.reject(new TypeError("fetch failed"));
const silent = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
const brokenOff = () => {
  let pulled = 0;
  const pull = (controller) => {
    pulled += 1;
    if (pulled === 1) controller.enqueue(BYTES);
    else controller.error(new TypeError("network error"));
  };
  return new Response(new ReadableStream({ pull }));
};

/** The bytes, or the message of the error. */
const download = (...given) => {
  answers = given;
  const url = new URL("https://nnweb.example/data.bin");
  return fetchBytes(url, { integrity: INTEGRITY }).then(
    (bytes) => [...new Uint8Array(bytes)],
    (error) => `${error.name}: ${error.message}`,
  );
};

beforeEach(() => {
  asked = [];
});

for (const [how, answer, reason] of [
  ["is missing", missing, /^DownloadError: data\.bin: the server answered 404$/],
  ["cannot be reached", unreachable, /^DownloadError: data\.bin: the connection failed$/],
  ["breaks off", brokenOff, /^DownloadError: data\.bin: the connection failed$/],
  ["is cut short", half, /^DownloadError: data\.bin: .*\(1 bytes?\).* not the file expected/],
]) {
  test(`a file that ${how} is an error that names the file and the reason`, async () => {
    assert.match(await download(answer), reason);
  });
}

test("a file that arrives whole is returned, asked for once and counted", async () => {
  const counts = [];
  answers = [whole];
  const bytes = await fetchBytes(new URL("https://nnweb.example/data.bin"), {
    integrity: INTEGRITY,
    onBytes: (loaded) => counts.push(loaded),
  });

  assert.deepEqual(new Uint8Array(bytes), BYTES);
  assert.equal(asked.length, 1);
  assert.equal(counts.at(-1), 3);
});

test("a damaged copy in the cache is fetched once more, past the cache", async () => {
  assert.deepEqual(await download(half, whole), [1, 2, 3]);
  assert.deepEqual(
    asked.map(({ cache }) => cache),
    ["default", "reload"],
  );
});

test("any of several hashes will do", async () => {
  answers = [whole];
  const bytes = await fetchBytes(new URL("https://nnweb.example/data.bin"), {
    integrity: `sha256-other ${INTEGRITY}`,
  });

  assert.equal(bytes.byteLength, 3);
});

test("45 seconds without a byte of any download count as broken off", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const outcome = download(silent);

  t.mock.timers.tick(44_000);
  signOfLife(); // bytes of another file arrive
  t.mock.timers.tick(44_000);
  assert.equal(await Promise.race([outcome, Promise.resolve("waiting")]), "waiting");
  t.mock.timers.tick(2_000);

  assert.match(await outcome, /data\.bin: nothing .* for 45 s/);
});
