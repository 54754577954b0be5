/** The same network in TensorFlow.js, on its WebAssembly backend; a classic worker. */

addEventListener("message", async () => {
  const scope = /** @type {any} */ (globalThis);
  scope.importScripts("tf.min.js", "tf-backend-wasm.min.js");
  const { INPUT } = await import("./picture.js");
  const { tf } = scope;
  tf.wasm.setWasmPaths(new URL("./", location.href).href);
  const [buffer, sizes] = await Promise.all([
    fetch("mlp.bin").then((response) => response.arrayBuffer()),
    fetch("mlp-sizes.json").then((response) => response.json()),
    tf.setBackend("wasm"),
  ]);
  await tf.ready();
  let at = 0;
  const next = (/** @type {number[]} */ ...shape) => {
    const length = shape.reduce((a, b) => a * b);
    const values = new Float32Array(buffer, at, length);
    at += length * 4;
    return tf.tensor(values, shape);
  };
  let h = tf.tensor(INPUT, [1, 784]);
  for (let i = 0; i + 1 < sizes.length; i += 1) {
    const [W, b] = [next(sizes[i], sizes[i + 1]), next(1, sizes[i + 1])];
    h = h.matMul(W).add(b);
    if (i + 2 < sizes.length) h = h.relu();
  }
  postMessage(h.softmax().argMax(1).dataSync()[0]);
});
