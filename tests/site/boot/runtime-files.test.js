/** The runtime's files are downloaded once, and read again when damaged. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { answers, manifestOf, ok, requests, syncAnswers } from "./stub-fetch.js";

const { createFiles } = await import("../../../site/js/boot/runtime-files.js");

const CODE = Uint8Array.of(1, 2, 3);
const manifest = manifestOf({ "code.bin": CODE, "b.txt": "b" });
const good = () => ({ status: 200, response: CODE.slice().buffer });
const damaged = () => ({ status: 200, response: Uint8Array.of(3, 2, 1).buffer });

beforeEach(() => {
  requests.length = 0;
});

test("downloads each file once, and reports the bytes of all", async () => {
  /** @type {unknown[]} */
  let last = [];
  const files = createFiles(manifest, (...progress) => {
    last = progress;
  });
  answers["code.bin"] = () => ok(CODE);
  answers["b.txt"] = () => ok("b");
  await files.all(["code.bin", "b.txt", "code.bin"]);
  assert.equal(requests.length, 2);
  assert.deepEqual(last, ["download", 4, 4]);
});

test("tries a failed file again once it is forgotten", async () => {
  const files = createFiles(manifest, () => {});
  answers["b.txt"] = () => new Response("", { status: 503 });
  await assert.rejects(files.decoded("b.txt"), /b\.txt: the server answered 503/);
  answers["b.txt"] = () => ok("b");
  await assert.rejects(files.decoded("b.txt"));
  files.forget("b.txt");
  assert.equal(Buffer.from(await files.decoded("b.txt")).toString(), "b");
});

test("uses the page's content of a prefetched file", async () => {
  const files = createFiles(manifest, () => {}, async () => ({ value: "compiled" }));
  assert.equal(await files.decoded("code.bin"), "compiled");
  assert.equal(requests.length, 0);
});

test("reads a file synchronously", () => {
  syncAnswers.splice(0, syncAnswers.length, good());
  assert.deepEqual(createFiles(manifest, () => {}).readSync("code.bin"), CODE);
});

for (const [what, first] of /** @type {[string, any][]} */ ([
  ["damaged, of the right length", damaged()],
  ["missing", { status: 404, response: new ArrayBuffer(0) }],
  ["cut off", new Error("network")],
])) {
  test(`reads a file again that is ${what}, and refuses it the second time`, () => {
    const files = createFiles(manifest, () => {});
    syncAnswers.splice(0, syncAnswers.length, first, good());
    assert.deepEqual(files.readSync("code.bin"), CODE);
    syncAnswers.splice(0, syncAnswers.length, first);
    assert.throws(() => files.readSync("code.bin"), {
      name: "DownloadError",
      message: /code\.bin: could not be downloaded, or arrived damaged/,
    });
  });
}
