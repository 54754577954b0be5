/** Wheels are unpacked and memory images inflated. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";

import { decoderOf, unzip } from "../../../site/js/boot/decode.js";

const FILES = /** @type {[string, Buffer][]} */ ([
  ["nn/__init__.py", Buffer.alloc(0)],
  ["nn/wäg.py", Buffer.from("x = 1\n".repeat(99))],
  ["nn/a.so", Buffer.of(0, 97)],
]);

/** A zip archive. @param {[string, Buffer][]} files  @param {boolean} deflated */
function archiveOf(files, deflated) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const packed = deflated ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), common, tail, name);
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, index, end])).buffer;
}

for (const deflated of [false, true]) {
  test(`unpacks a wheel of ${deflated ? "deflated" : "stored"} files`, async () => {
    const unpacked = await unzip(archiveOf(FILES, deflated));
    const found = unpacked.map(([name, bytes]) => [name, Buffer.from(bytes)]);
    assert.deepEqual(found, FILES);
  });
}

test("refuses what is not an archive", () => {
  const whole = archiveOf(FILES, false);
  for (const size of [0, 21, 60]) {
    assert.throws(() => unzip(whole.slice(0, size)), /not a zip archive/);
  }
});

test("inflates a memory image, and keeps one that the browser has inflated", async () => {
  const { fromBytes } = decoderOf("snapshot.bin");
  const packed = new Uint8Array(gzipSync("memory")).buffer;
  const inflated = await fromBytes(packed);
  assert.equal(Buffer.from(inflated).toString(), "memory");
  assert.equal(await fromBytes(inflated), inflated);
});
