/** How many multiply-adds this machine does in WebAssembly, in a second. */

/** @type {any} */
let kernels;

addEventListener("message", async ({ data }) => {
  if (data === "begin") {
    const file = await fetch(new URL("machine.wasm", import.meta.url));
    const { instance } = await WebAssembly.instantiate(await file.arrayBuffer());
    kernels = instance.exports;
    postMessage("ready");
  } else {
    const { kernel, adds, seconds } = data;
    const loops = 1e6;
    kernels[kernel](loops);
    let rounds = 0;
    const began = performance.now();
    while (performance.now() - began < seconds * 1000) {
      kernels[kernel](loops);
      rounds += 1;
    }
    const passed = (performance.now() - began) / 1000;
    postMessage((rounds * loops * adds) / passed);
  }
});
addEventListener("unhandledrejection", ({ reason }) => {
  postMessage({ failed: String(reason) });
});
