/** The files in a wheel are unpacked; what is no archive is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";

import { unzip } from "../../../site/js/boot/unzip.js";

const STORED = 0;
const DEFLATED = 8;

/** A zip archive, by PKWARE's APPNOTE.TXT 4.3. */
function archiveOf(files, method) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, content] of files) {
    const path = Buffer.from(name);
    const packed = method === DEFLATED ? deflateRawSync(content) : content;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const local = [Buffer.from("PK\x03\x04"), fields, path, packed];
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), fields, place, path);
    parts.push(...local);
    at += Buffer.concat(local).length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(at, 12);
  const all = Buffer.concat([...parts, entries, Buffer.from("PK\x05\x06"), end]);
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.length);
}

const FILES = [
  ["nn/__init__.py", Buffer.alloc(0)],
  ["nn/w\u00e4g.py", Buffer.from("x = 1\n".repeat(99))],
  ["nn/a.so", Buffer.from("\0a")],
];

for (const [name, method] of Object.entries({ STORED, DEFLATED })) {
  test(`the files of an archive are unpacked: ${name.toLowerCase()}`, async () => {
    const unpacked = await unzip(archiveOf(FILES, method));

    assert.deepEqual(
      unpacked.map(([path, content]) => [path, Buffer.from(content)]),
      FILES,
    );
  });
}

for (const size of [0, 21, 60]) {
  test(`the first ${size} bytes of an archive are no archive`, async () => {
    const cut = archiveOf([["a.py", Buffer.alloc(99, "a")]], STORED).slice(0, size);

    await assert.rejects(async () => unzip(cut), /zip archive/);
  });
}
