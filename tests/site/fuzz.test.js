/**
 * Whatever drawing, link, address or message it gets, the page refuses it in words.
 *
 * The cases are valid ones, changed in a few places, from seeds. `run.py bench fuzz` runs
 * more of them: NNWEB_FUZZ_CASES for each class, results to the file NNWEB_FUZZ_RESULT.
 */

import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const CASES = Number(process.env.NNWEB_FUZZ_CASES ?? 300);
const RESULT = process.env.NNWEB_FUZZ_RESULT;
const LIMIT_MS = 1000; // of the processor, for a case

// --- the browser, as much of it as the readers use

const PAGE = new URL("https://example.org/nnweb/");
let kept = "";

/** An image of the size that a PNG's header claims. */
class PngHeader extends EventTarget {
  naturalWidth = 0;
  naturalHeight = 0;
  set src(/** @type {string} */ url) {
    const bytes = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
    const isPng = bytes.length > 24 && bytes.toString("latin1", 1, 4) === "PNG";
    if (isPng) {
      [this.naturalWidth, this.naturalHeight] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    }
    queueMicrotask(() => this.dispatchEvent(new Event(isPng ? "load" : "error")));
  }
}

/** A canvas that a phone can hold. */
class Canvas {
  width = 0;
  height = 0;
  getContext() {
    assert.ok(this.width * this.height <= 16e6, "a canvas of gigabytes");
    const createImageData = () => ({ data: new Uint8ClampedArray(28 * 28 * 4) });
    return { drawImage() {}, putImageData() {}, createImageData };
  }
  toDataURL = () => "data:image/png;base64,";
}

Object.assign(globalThis, {
  location: PAGE,
  Image: PngHeader,
  ImageData: class {},
  document: { createElement: () => new Canvas() },
  sessionStorage: { getItem: () => kept },
  fetch: async (/** @type {URL} */ url) => {
    assert.equal(new URL(url).origin, PAGE.origin, "a request to another site");
    throw new TypeError("offline");
  },
});

const load = (/** @type {string} */ path) => import(`../../site/js/${path}`);
const { encode } = await load("pad/drawing-codec.js");
const { fromJson } = await load("pad/read-drawing.js");
const { keptDrawing } = await load("pad/kept-drawing.js");
const { parseHash, toFields } = await load("share/url-state.js");
const { withFields } = await load("shell/address.js");
const { sourceFromAddress } = await load("networks/sources.js");
const { fromFiles } = await load("lab/teach/import.js");
const { createWorkerClient } = await load("worker/worker-client.js");
const { serve } = await load("worker/protocol.js");

// --- chance

let seed = 0;

/** A whole number below `count`. Source: mulberry32, by Tommy Ettinger. */
function below(/** @type {number} */ count) {
  seed = (seed + 0x6d2b79f5) | 0;
  let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) % count;
}
/** @template T @param {ArrayLike<T>} items @returns {T} */
const one = (items) => items[below(items.length)];
const rarely = () => below(12) === 0;

// --- changes of anything

const NUMBERS = [0, 1, -1, 2, 7, 0.5, 28, 336, 337, 1008, -840, 1e5, 2 ** 31, 2 ** 53, 1e300, -1e300];
const TEXTS = ["", "0", "7", "nnweb-drawing", "<script>", "__proto__", "constructor", "é\0", "\ud800"];
const LONG = ["9".repeat(5000), "[".repeat(3000), "A".repeat(100_000)];
const URLS = ["https://evil.example/a.png", "data:text/html,<b>", "data:image/png;base64,", "javascript:1"];

/** A data URL of a PNG that claims any size. */
function picture() {
  const bytes = Buffer.alloc(40);
  bytes.write("\x89PNG\r\n\x1a\n", "latin1");
  bytes.writeUInt32BE(one([0, 1, 28, 336, 4000, 20_000, 2 ** 31]), 16);
  bytes.writeUInt32BE(one([0, 1, 28, 336, 4000, 20_000, 2 ** 32 - 1]), 20);
  return `data:image/${one(["png", "jpeg", "svg+xml"])};base64,${bytes.toString("base64")}`;
}

/** @returns {any} */
function value(depth = 0) {
  const kind = below(depth < 3 ? 9 : 6);
  if (kind < 2) return one(NUMBERS);
  if (kind === 2) return one(rarely() ? LONG : TEXTS);
  if (kind === 3) return one([null, true, false, -0, 1e-9]);
  if (kind === 4) return one(URLS);
  if (kind === 5) return picture();
  const items = Array.from({ length: below(4) }, () => value(depth + 1));
  if (kind === 6) return items;
  return kind === 7 ? Object.fromEntries(items.map((item) => [one(TEXTS), item])) : [items];
}

/** Change one place of a nested value, in place; return the value. @param {any} whole */
function changed(whole) {
  let here = whole;
  while (typeof here === "object" && here !== null && Object.keys(here).length > 0) {
    const key = one(Object.keys(here));
    if (typeof here[key] === "object" && below(4) > 0) {
      here = here[key];
      continue;
    }
    const action = below(6);
    if (action < 3) here[key] = value();
    else if (action === 3 && Array.isArray(here)) here.splice(Number(key), 1);
    else if (action === 3) delete here[key];
    else if (action === 4) here[key] = [here[key]];
    else here[one(Object.keys(here))] = here[key];
    return whole;
  }
  return value();
}

/** Cut, double, swap or overwrite a part of a text. @param {string} text */
function damaged(text) {
  const at = below(text.length + 1);
  const end = at + one([0, 1, 2, 9, 100]);
  const action = below(5);
  if (action === 0) return text.slice(0, at);
  if (action === 1) return text.slice(0, at) + text.slice(end);
  if (action === 2) return text.slice(0, end) + text.slice(at);
  const part = action === 3 ? one([...TEXTS, ...LONG]) : one(["]", "}", ",", "%", "%ff", "&", "."]);
  return text.slice(0, at) + part + text.slice(end);
}

/** A text of JSON near `fields`. @param {object} fields */
function json(fields) {
  let whole = structuredClone(fields);
  for (let times = one([1, 1, 1, 2, 3, 0]); times > 0; times -= 1) whole = changed(whole);
  const text = JSON.stringify(whole) ?? "";
  return below(4) > 0 ? text : damaged(text);
}

// --- valid ones

const path = new URL("../data/strokes.json", import.meta.url);
/** @type {[number, number][][][]} */
const DIGITS = Object.values(JSON.parse(readFileSync(path, "utf8")));
const points = (/** @type {[number, number][][]} */ strokes) =>
  strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y })));

const drawing = () => ({
  format: "nnweb-drawing",
  version: 1,
  canvas: 336,
  pen: 20,
  strokes: one(DIGITS),
  ...(below(2) ? { picture: picture() } : {}),
  ...(below(2) ? { fixed: [{ strokes: [0], part: 0, text: "7" }] } : {}),
});

const drawings = () => ({
  format: "nnweb-drawings",
  version: 1,
  canvas: 336,
  drawings: [
    { label: "7", strokes: one(DIGITS) },
    { label: 1, strokes: [], picture: picture() },
  ],
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A link's drawing with a right checksum. @param {string} body */
function signed(body) {
  let sum = 1;
  for (let i = 0; i < body.length; i += 1) sum = (sum * 33 + body.charCodeAt(i)) % 4093;
  return `1${LETTERS[sum >> 6]}${LETTERS[sum & 63]}${body}`;
}

function hash() {
  const strokes = points(one(DIGITS));
  const network = one([null, "cnn", ...TEXTS.slice(0, -1)]);
  const fit = one([null, "digit", "canvas"]);
  const fixed = [{ strokes: [strokes[0]], part: below(3), text: "7" }].slice(below(2));
  const mode = one(["digit", "number"]);
  const whole = withFields("", toFields({ strokes, fixed, network, fit, mode }));
  if (below(3) === 0) return damaged(whole);
  const letters = () => one([one(LETTERS), "gggggggggggggggggB", "-A_-A", ".", one(LONG)]);
  const body = encode(strokes).slice(3);
  const at = below(body.length);
  return `#d=${signed(body.slice(0, at) + letters() + body.slice(at + below(9)))}&network=${one(TEXTS)}`;
}

function csv() {
  const cell = () => one(rarely() ? ["", "256", "-1", "1e3", "0x7", "NaN", '"9"', " ", "9".repeat(400)] : ["0", "255"]);
  const line = () => [below(10), ...Array.from({ length: 784 }, () => one(["0", "255"]))];
  const rows = Array.from({ length: below(3) + 1 }, line);
  const row = one(rows);
  row[below(row.length)] = cell();
  if (below(3) === 0) row.splice(below(row.length), below(3), cell());
  return rows.join(one(["\n", "\n", "\r\n", "\r"]));
}

/** Bytes of an IDX file whose header may lie. @param {number[]} sizes @param {number} length */
function idx(sizes, length) {
  const header = [0, 0, rarely() ? below(16) : 8, rarely() ? below(256) : sizes.length];
  const counts = sizes.map((size) => (rarely() ? Number(one(NUMBERS)) : size));
  const words = Buffer.alloc(4 * counts.length);
  counts.forEach((count, i) => words.writeUInt32BE(Math.trunc(Math.abs(count)) % 2 ** 32, 4 * i));
  const bytes = Buffer.concat([Buffer.from(header), words, Buffer.alloc(length, 200)]);
  return rarely() ? bytes.subarray(0, below(bytes.length)) : bytes;
}

function teachingFiles() {
  const kind = below(3);
  let files = [Buffer.from(kind === 0 ? json(drawings()) : csv())];
  if (kind === 2) {
    files = [idx([2, 28, 28], 2 * 784), idx([2], 2).fill(7, 8)];
    if (rarely()) files.pop();
  }
  if (below(4) === 0) files = files.map((bytes) => gzipSync(bytes));
  if (rarely()) files[0] = Buffer.from(damaged(files[0].toString("latin1")), "latin1");
  return files.map((bytes) => new File([bytes], "file"));
}

const MESSAGES = [
  { id: 1, ok: true, value: 7 },
  { id: 1, ok: false, error: { name: "WeightsError", message: "layers: got 7" } },
  { id: 1, ok: false, error: { name: "FatalError", message: "out of memory" } },
  { type: "progress", stage: "download", loaded: 1, total: 2 },
  { type: "bootFailed", error: { name: "Error", message: "no WebAssembly" } },
  { type: "serving" },
  { id: 1, type: "open", weights: {}, slot: "" },
  { id: 1, type: "odd" },
  { type: "prefetched", file: { name: "a.wasm" } },
  { type: "rows", rows: [1, 2] },
];

/** Resolves with undefined after everything that is due now. */
const nextTask = () => new Promise((resolve) => setImmediate(resolve));

// --- what may happen

/** @param {unknown} error @param {string[]} names */
function isRefusal(error, names) {
  const { name, message } = /** @type {Error} */ (error);
  assert.ok(names.includes(name), `${name}: ${message}`);
  assert.ok(message.length > 5 && message.length < 1000, `${message.length} characters`);
}

/** @param {{x: number, y: number}[][]} strokes */
function areNearPaper(strokes) {
  for (const { x, y } of strokes.flat()) {
    const isNear = x >= -504 && x <= 4042 && y >= -504 && y <= 840; // a number is wide
    assert.ok(isNear, `a point at ${x}, ${y}`);
  }
}

/** @type {Record<string, () => unknown>} */
const CLASSES = {
  "page: drawings, JSON": async () => {
    try {
      areNearPaper((await fromJson(new File([json(drawing())], "a.json"))).strokes);
    } catch (error) {
      isRefusal(error, ["BadFile"]);
    }
  },
  "page: a drawing kept in the tab": async () => {
    kept = json(drawing());
    areNearPaper((await keptDrawing())?.strokes ?? []);
  },
  "page: links, #": () => {
    try {
      areNearPaper(parseHash(hash())?.strokes ?? []);
    } catch (error) {
      isRefusal(error, ["BadLink"]);
    }
  },
  "page: addresses, ?model=": async () => {
    const model = damaged(one(["a.json", "//evil.example/a", "../a", "http:a", "\\\\evil.example", ...URLS]));
    const page = new URL(PAGE);
    page.search = below(3) ? `?model=${model}` : new URLSearchParams({ model }).toString();
    try {
      await sourceFromAddress(page)?.read(() => {});
    } catch (error) {
      isRefusal(error, ["ModelRefused", "DownloadError", "TypeError"]);
      const { name, message } = /** @type {Error} */ (error);
      assert.ok(name !== "TypeError" || message.includes("offline"), message);
    }
  },
  "page: drawings to teach, JSON, CSV and IDX": async () => {
    try {
      for (const { strokes } of await fromFiles(teachingFiles(), 10)) areNearPaper(strokes);
    } catch (error) {
      isRefusal(error, ["BadFile"]);
    }
  },
  "page: messages from a worker": async () => {
    /** @type {Record<string, (event: object) => void>} */
    const listeners = {};
    const worker = {
      postMessage() {},
      terminate() {},
      addEventListener: (/** @type {string} */ type, /** @type {any} */ call) => (listeners[type] = call),
    };
    const client = createWorkerClient({ createWorker: () => worker });
    const answer = client.request("open").then(String, String);
    listeners.message({ data: nearMessage() });
    listeners.message({ data: { id: 1, ok: true, value: 7 } });
    const first = await Promise.race([answer, nextTask()]);
    client.dispose();
    assert.notEqual(first, undefined, "a request that nothing settles");
  },
  "page: messages to a worker": async () => {
    const replies = /** @type {any[]} */ ([]);
    let receive = /** @type {(event: object) => Promise<void>} */ (async () => {});
    const port = {
      postMessage: (/** @type {object} */ reply) => replies.push(structuredClone(reply)),
      addEventListener: (/** @type {string} */ type, /** @type {any} */ call) => {
        if (type === "message") receive = call;
      },
    };
    const read = (/** @type {any} */ { weights }) => weights.byteLength;
    serve(port, { open: read, odd: () => () => {} }, { prefetched: () => {} });
    const data = nearMessage();
    await receive({ data });
    const expected = Object(data).id === undefined ? 0 : 1;
    assert.equal(replies.length - 1, expected, "a request has exactly one reply");
  },
};

/** A message near a valid one. */
function nearMessage() {
  if (rarely()) return one([null, value()]);
  const text = json({ ...one(MESSAGES) });
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

for (const [name, run] of Object.entries(CLASSES)) {
  test(`${name}: ${CASES} of them are read or refused in words`, { timeout: 300_000 + CASES * 100 }, async () => {
    const failed = /** @type {[number, string][]} */ ([]);
    const cpu = () => process.cpuUsage().user / 1e3;
    const begun = cpu();
    let slowest = 0;
    for (let index = 0; index < CASES; index += 1) {
      seed = index;
      const started = cpu();
      try {
        await run();
      } catch (error) {
        failed.push([index, String(error).slice(0, 200)]);
      }
      const took = cpu() - started;
      slowest = Math.max(slowest, took);
      if (took > LIMIT_MS) failed.push([index, `takes ${took} ms`]);
    }
    if (RESULT !== undefined) {
      const row = { class: name, cases: CASES, failures: failed.length };
      const seeds = `0 to ${CASES - 1}`;
      const times = { seconds: (cpu() - begun) / 1e3, slowest_s: slowest / 1e3 };
      const found = failed.slice(0, 5);
      appendFileSync(RESULT, `${JSON.stringify({ ...row, seeds, ...times, failed: found })}\n`);
    }
    assert.deepEqual(failed.slice(0, 5), []);
  });
}

test("fuzzed inputs are neither all read nor all refused", async () => {
  const counts = { read: 0, refused: 0 };
  for (seed = 0; counts.read + counts.refused < 300; ) {
    await fromJson(new File([json(drawing())], "a.json")).then(
      () => (counts.read += 1),
      () => (counts.refused += 1),
    );
  }
  assert.ok(counts.read > 20 && counts.refused > 20, JSON.stringify(counts));
});
