/** The same network in onnxruntime-web, on its WebAssembly backend. */

import { INPUT } from "./picture.js";

addEventListener("message", async () => {
  const ort = await import("./ort.wasm.min.mjs");
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = new URL("./", import.meta.url).href;
  const session = await ort.InferenceSession.create("mlp.onnx", {
    executionProviders: ["wasm"],
  });
  const x = new ort.Tensor("float32", INPUT, [1, 784]);
  const { probabilities } = await session.run({ x });
  const values = Array.from(probabilities.data);
  postMessage(values.indexOf(Math.max(...values)));
});
