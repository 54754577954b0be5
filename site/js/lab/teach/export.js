/**
 * Writes labelled drawings as JSON (strokes), CSV, and IDX as MNIST has them. Drawings that
 * are none of the labels are in the first alone: the others are for training.
 */

import { pairs } from "../../pad/drawing-json.js";
import { createRasterizer } from "../../pad/rasterize.js";
import { CANVAS, PEN, SIDE } from "../../pad/strokes.js";
import { NO_LABEL } from "../../text/labels.js";
import { drawingOf } from "./drawings.js";

/** @import { Picture } from "../../worker/protocol.js" */
/** @import { Labelled } from "./drawings.js" */
/** @typedef {{name: string, type: string, content: BlobPart}} Export */

const PIXELS = SIDE * SIDE;
const BINARY = "application/octet-stream";

/** Reduces a picture in Python to 28 x 28 bytes of ink. @typedef {(picture: Picture) => Promise<Uint8Array>} Reduce */
/** @typedef {(some: Labelled[], reduce: Reduce) => Promise<Export>} Exporter */

/** Exporters by data-export of their buttons; an IDX file's labels are numbers. */
export const IDX = /** @type {Record<string, Exporter>} */ ({
  async images(some, reduce) {
    const ink = (await inks(some, reduce)).flatMap((x) => [...x]);
    const content = idx([some.length, SIDE, SIDE], ink);
    return { name: "train-images-idx3-ubyte", type: BINARY, content };
  },
  async labels(some) {
    const content = idx([some.length], some.map(({ label }) => Number(label)));
    return { name: "train-labels-idx1-ubyte", type: BINARY, content };
  },
});

export const KINDS = /** @type {Record<string, Exporter>} */ ({
  async json(some) {
    const content = `${JSON.stringify(fields(some))}\n`;
    return { name: "my-digits.json", type: "application/json", content };
  },
  async csv(all, reduce) {
    const some = all.filter(({ label }) => label !== NO_LABEL);
    const names = Array.from({ length: PIXELS }, (_, i) => `pixel${i}`);
    const rows = (await inks(some, reduce)).map((ink, i) => [some[i].label, ...ink].join(","));
    const content = `${["label", ...names].join(",")}\n${rows.join("\n")}\n`;
    return { name: "my-digits.csv", type: "text/csv", content };
  },
  ...IDX,
});

/** Strokes as in the file of one drawing (share/write-drawing.js), with labels. @param {Labelled[]} some */
const fields = (some) => ({
  format: "nnweb-drawings",
  version: 1,
  canvas: CANVAS,
  pen: PEN,
  drawings: some.map(({ label, strokes, picture }) => ({
    label,
    strokes: pairs(strokes),
    ...(picture === null ? {} : { picture }),
  })),
});

/**
 * 28 x 28 bytes of ink each, as a network gets them before thresholding and centring:
 * strokes scaled to normal size; what is larger reduced to its ink, its light evened.
 * @param {Labelled[]} some
 * @param {Reduce} reduce
 */
async function inks(some, reduce) {
  const rasterize = createRasterizer(document.createElement("canvas"));
  const images = /** @type {Uint8Array[]} */ ([]);
  for (const one of some) {
    const image = rasterize(await drawingOf(one), "digit");
    images.push(image.width * image.height > PIXELS ? await reduce(image) : inkOf(image));
  }
  return images;
}

/** @param {Picture} image  28 x 28 */
function inkOf({ pixels }) {
  const rgba = new Uint8Array(pixels);
  return Uint8Array.from({ length: PIXELS }, (_, i) => 255 - rgba[4 * i]);
}

/**
 * An IDX file: two zero bytes, 8 for unsigned bytes, the number of dimensions, their
 * sizes (big-endian), the data.
 * @param {number[]} sizes
 * @param {number[]} bytes
 */
function idx(sizes, bytes) {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x0800 + sizes.length);
  for (const [i, size] of sizes.entries()) header.setUint32(4 + 4 * i, size);
  return new Blob([header.buffer, new Uint8Array(bytes)]);
}
