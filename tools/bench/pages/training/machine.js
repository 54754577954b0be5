/** Measures how many multiply-adds per second this machine does in WebAssembly. */

const LOOPS = 1e6;
/** @type {any} */
let kernels;

export async function begin() {
  const file = await fetch(new URL("machine.wasm", import.meta.url));
  const { instance } = await WebAssembly.instantiate(await file.arrayBuffer());
  kernels = instance.exports;
}

/** @param {{kernel: string, adds: number, seconds: number}} question */
export function measure({ kernel, adds, seconds }) {
  kernels[kernel](LOOPS);
  let rounds = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    kernels[kernel](LOOPS);
    rounds += 1;
  }
  return (rounds * LOOPS * adds) / ((performance.now() - start) / 1000);
}
