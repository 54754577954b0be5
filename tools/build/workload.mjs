// @ts-check
/**
 * Calls nnweb from JavaScript as the page does: the workload of tools/faststart, which
 * keeps for a fast start what runs here.
 */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { createRecognizer } from "../../site/js/worker/recognizer.js";

/** @typedef {{networks: string[], digits: string}} Data  files of weights and of MNIST */

const SIDE = 28;
/** How many digits a long run recognizes: some code runs only now and then. */
const DIGITS = 200;
/** Not a network: Python also formats the errors that cross to JavaScript. */
const REFUSED = new TextEncoder().encode('{"W0": [1], "b0": [1]}');

/**
 * @param {any} pyodide  with nnweb installed
 * @param {Data} data
 * @param {boolean} isLong
 */
export function run(pyodide, data, isLong) {
  const images = isLong ? digits(data.digits, DIGITS) : [blank(), seven()];
  const { open, recognize, close } = createRecognizer(pyodide);
  try {
    open(REFUSED.buffer, "");
  } catch (error) {
    if (/** @type {any} */ (error)?.name !== "WeightsError") throw error;
  }
  for (const file of data.networks) {
    open(new Uint8Array(readFileSync(file)).buffer, "");
    for (const pixels of images) {
      for (const fit of /** @type {const} */ (["digit", "canvas"])) {
        recognize({ pixels, width: SIDE, height: SIDE, fit }, "");
      }
    }
  }
  close();
}

/**
 * MNIST's digits as the page draws them: dark ink on white.
 * @param {string} path  IDX file of images, gzipped
 * @param {number} count
 */
function digits(path, count) {
  const size = SIDE * SIDE;
  const images = gunzipSync(readFileSync(path)).subarray(16);
  return Array.from({ length: count }, (_, i) => {
    const pixels = new Uint8Array(blank());
    images
      .subarray(i * size, (i + 1) * size)
      .forEach((ink, at) => pixels.fill(255 - ink, at * 4, at * 4 + 3));
    return pixels.buffer;
  });
}

function blank() {
  return new Uint8Array(SIDE * SIDE * 4).fill(255).buffer;
}

/** A 7 with grey edges, and a speck beside it. */
function seven() {
  const pixels = new Uint8Array(blank());
  const ink = (/** @type {number} */ x, /** @type {number} */ y, grey = 0) =>
    pixels.fill(grey, (y * SIDE + x) * 4, (y * SIDE + x) * 4 + 3);
  for (let x = 7; x < 20; x += 1) {
    ink(x, 5, 100);
    ink(x, 6);
    ink(x, 7);
  }
  for (let y = 8; y < 23; y += 1) {
    const x = 19 - ((y - 7) >> 1);
    ink(x - 1, y);
    ink(x, y);
    ink(x + 1, y, 120);
  }
  ink(24, 24);
  return pixels.buffer;
}
