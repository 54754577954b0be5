// @ts-check
/** Calls nnweb from JavaScript as the page does, so that what this needs is loaded. */

import { readFileSync } from "node:fs";

import { createShared } from "../../site/js/shared.js";

const SIDE = 28;
/** Not a network: an error that crosses from Python is put into words by Python too. */
const REFUSED = new TextEncoder().encode('{"W0": [1], "b0": [1]}');

/**
 * @param {any} pyodide  with nnweb to be imported
 * @param {string[]} networks  weights files
 */
export function use(pyodide, networks) {
  const web = pyodide.pyimport("nnweb.web");
  const open = (/** @type {Uint8Array} */ weights) => {
    const bytes = pyodide.toPy(weights);
    try {
      return web.Recognizer(bytes);
    } finally {
      bytes.destroy();
    }
  };
  try {
    open(REFUSED);
  } catch (error) {
    if (/** @type {any} */ (error)?.name !== "PythonError") throw error;
  }
  for (const file of networks) {
    const shared = createShared(open(new Uint8Array(readFileSync(file))), [], []);
    for (const pixels of [blank(), seven()]) {
      for (const fit of /** @type {const} */ (["digit", "canvas"])) {
        shared.recognize({ pixels, width: SIDE, height: SIDE, fit });
      }
    }
    shared.close();
  }
  web.destroy();
}

function blank() {
  return new Uint8Array(SIDE * SIDE * 4).fill(255).buffer;
}

/** A 7, grey at its edges, and a speck beside it. */
function seven() {
  const pixels = new Uint8Array(blank());
  const ink = (/** @type {number} */ x, /** @type {number} */ y, grey = 0) =>
    pixels.fill(grey, (y * SIDE + x) * 4, (y * SIDE + x) * 4 + 3);
  for (let x = 7; x < 20; x += 1) [ink(x, 5, 100), ink(x, 6), ink(x, 7)];
  for (let y = 8; y < 23; y += 1) {
    const x = 19 - ((y - 7) >> 1);
    [ink(x - 1, y), ink(x, y), ink(x + 1, y, 120)];
  }
  ink(24, 24);
  return pixels.buffer;
}
