/**
 * Makes a build the same each time: whatever Pyodide takes from outside while it runs
 * under Node (randomness, clocks) comes in a fixed sequence. Import it before Pyodide.
 */

import crypto from "node:crypto";

/** Milliseconds since 1970 at which every build's clock starts: a date in 2024. */
const START = 1_709_208_000_000;
/** Milliseconds by which each reading of a clock advances it. */
const TICK = 0.001;

let state = 1;
let elapsed = 0;

/** Numerical Recipes' linear congruential generator. @param {ArrayBufferView} view */
function fill(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let i = 0; i < bytes.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return view;
}

crypto.randomFillSync = /** @type {any} */ (fill);
globalThis.crypto.getRandomValues = /** @type {any} */ (fill);
performance.now = () => (elapsed += TICK);
Date.now = () => Math.floor(START + performance.now());
globalThis.Date = new Proxy(Date, {
  construct: (target, given) =>
    given.length === 0 ? new target(target.now()) : Reflect.construct(target, given),
});
