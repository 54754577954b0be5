/** Labelled drawings from files: what is read, and the messages for bad files. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { KINDS } from "../../../../site/js/lab/teach/export.js";
import { fromFiles } from "../../../../site/js/lab/teach/import.js";

const file = (content, name = "file") => new File([content], name);
const strokes = [
  [
    { x: 10, y: 20 },
    { x: 30.5, y: 40 },
  ],
];

/** An IDX file of unsigned bytes. */
function idx(sizes, data) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(data)]);
}

const HEAD = '{"format": "nnweb-drawings", "version": 1, "canvas": 336, "drawings": ';
const BAD = {
  "prose as CSV": ["Dear all\nhow are you", /line 2: 1 values; expected 785/],
  "an empty file": ["", /it contains no drawings/],
  "a value above 255": [`7,${"300,".repeat(783)}0`, /line 1: /],
  "a blank image": [`7${",0".repeat(784)}`, /drawing 1: it contains no ink/],
  "a long label": [`${"x".repeat(21)}${",255".repeat(784)}`, /drawing 1: .*xxx.* 1 to 20 char/],
  "other JSON": ['{"format": "x"}', /"format" is "x", expected/],
  "incomplete JSON": ['{"format": ', /JSON/],
  "a label with a comma": [`${HEAD}[{"label": "a,b", "strokes": []}]}`, /"label" is "a,b"/],
  "a drawing without strokes": [`${HEAD}[{"label": "1", "strokes": []}]}`, /drawing 1: it contains no ink/],
  "IDX images without labels": [idx([0, 28, 28], []), /IDX pair/],
  "damaged gzip": ["\x1f\x8b damaged", /gzip data is damaged/],
};

for (const [name, [content, message]] of Object.entries(BAD)) {
  test(`${name} is refused with a message`, async () => {
    const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    await assert.rejects(fromFiles([file(bytes)], 10), { name: "BadFile", message });
  });
}

test("an IDX pair with different counts is refused", async () => {
  const images = file(idx([1, 28, 28], new Uint8Array(784).fill(255)));
  const labels = file(idx([2], [1, 2]));

  await assert.rejects(fromFiles([labels, images], 10), /1 images but 2 labels/);
});

test("IDX images of another size are refused", async () => {
  const images = file(idx([1, 2, 2], [1, 2, 3, 4]));

  await assert.rejects(fromFiles([images, file(idx([1], [1]))], 10), /2 × 2/);
});

test("an IDX file of another length than its header says is refused", async () => {
  const images = file(idx([2, 28, 28], new Uint8Array(784)));

  await assert.rejects(fromFiles([images, file(idx([2], [1, 2]))], 10), /800 bytes/);
});

test("more drawings than there is room for are refused", async () => {
  const { content } = await KINDS.json(
    ["1", "2", "3"].map((label) => ({ label, strokes, picture: null })),
  );

  await assert.rejects(fromFiles([file(content)], 2), /3 drawings, .* 2 more/);
});

test("exported strokes are read back, gzipped or not", async () => {
  const drawings = [
    { label: "4", strokes, picture: null },
    { label: "0", strokes: [...strokes, ...strokes], picture: null },
  ];
  const { content, name } = await KINDS.json(drawings);

  assert.equal(name, "my-digits.json");
  assert.deepEqual(await fromFiles([file(content)], 10), drawings);
  assert.deepEqual(await fromFiles([file(gzipSync(content))], 10), drawings);
});

test("exported labels are an IDX file", async () => {
  const { content } = await KINDS.labels([{ label: "7" }, { label: "1" }]);

  const bytes = Buffer.from(await content.arrayBuffer());
  assert.deepEqual(bytes, idx([2], [7, 1]));
});

test("labels that are no digits come from strokes and CSV, with a header or without", async () => {
  const drawings = [{ label: "ä", strokes, picture: null }];
  const { content } = await KINDS.json(drawings);
  assert.deepEqual(await fromFiles([file(content)], 10), drawings);

  const line = (label) => `${label}${",0".repeat(784)}`;
  const header = ["label", ...Array.from({ length: 784 }, (_, i) => i)].join(",");
  for (const text of [line("e"), `${header}\n${line("e")}`, line('"cat"')]) {
    // the label is read: what is refused is the blank image
    await assert.rejects(fromFiles([file(text)], 10), { message: "drawing 1: it contains no ink" });
  }
});

test("what is none of the labels has no label in a file of strokes", async () => {
  const drawings = [{ label: "", strokes, picture: null }];
  const { content } = await KINDS.json(drawings);

  assert.deepEqual(await fromFiles([file(content)], 10), drawings);
});
