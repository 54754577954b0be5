/** The same training step in TensorFlow.js, on the requested backend. */

const scope = /** @type {any} */ (globalThis);
/** @type {{x: Float32Array, labels: Int32Array}} */
let digits;

export async function begin() {
  scope.importScripts("tf.min.js", "tf-backend-wasm.min.js");
  scope.tf.wasm.setWasmPaths(new URL("./", location.href).href);
  const bytes = new Uint8Array(await (await fetch("digits.bin")).arrayBuffer());
  const count = bytes.length / 785;
  digits = {
    x: Float32Array.from(bytes.subarray(0, count * 784), (ink) => ink / 255),
    labels: Int32Array.from(bytes.subarray(count * 784)),
  };
}

/** @param {{sizes: string, batch: number, seconds: number, backend: string}} question */
export async function measure({ sizes, batch, seconds, backend }) {
  const { tf } = scope;
  await tf.setBackend(backend);
  await tf.ready();
  tf.engine().startScope();
  const widths = sizes.split("-").map(Number);
  const layers = widths.slice(1).map((out, i) => ({
    W: tf.variable(tf.randomNormal([widths[i], out], 0, Math.sqrt(2 / widths[i]))),
    b: tf.variable(tf.zeros([out])),
  }));
  const count = Math.floor(digits.labels.length / batch);
  const batches = Array.from({ length: count }, (_, i) => ({
    x: tf.tensor(digits.x.slice(i * batch * 784, (i + 1) * batch * 784), [batch, 784]),
    y: tf
      .oneHot(tf.tensor1d(digits.labels.slice(i * batch, (i + 1) * batch), "int32"), 10)
      .toFloat(),
  }));
  const optimizer = tf.train.sgd(0.01);
  const step = (/** @type {number} */ i) =>
    optimizer.minimize(() => {
      const { x, y } = batches[i % count];
      let h = x;
      for (const [at, { W, b }] of layers.entries()) {
        h = h.matMul(W).add(b);
        if (at + 1 < layers.length) h = h.relu();
      }
      return tf.losses.softmaxCrossEntropy(y, h);
    });
  const finish = () => layers[0].b.dataSync(); // waits for all steps
  step(0);
  finish();
  let steps = 0;
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) {
    step((steps += 1));
    finish();
  }
  const passed = (performance.now() - began) / 1000;
  tf.engine().endScope();
  for (const { W, b } of layers) tf.dispose([W, b]);
  return (steps * batch) / passed;
}
