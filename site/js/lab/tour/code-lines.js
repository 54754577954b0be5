/** The lines of Python behind each step of the tour. */

import { make } from "../../shell/dom.js";

/** A line of a file, without its indentation. @typedef {[file: string, line: string]} CodeLine */

/** By step. */
export const LINES = /** @type {const} @satisfies {Record<string, CodeLine>} */ ({
  pixels: ["nnweb/images/decode.py", "flat = np.frombuffer(pixels, np.uint8)"],
  input: ["nnweb/images/preprocess.py", "dark = grey_28 < threshold"],
  softmax: ["nnweb/network.py", "e /= np.add.reduce(e, axis=1, keepdims=True)"],
  loss: ["nnweb/training/losses.py", "each = np.log(total[:, 0]) - shifted[index]"],
  descent: ["nnweb/training/optimizers.py", "p -= change"],
});

/** By layer. @type {Record<string, CodeLine>} */
export const LAYER_LINES = {
  Dense: ["nnweb/layers/dense.py", 'y = matmul(x, self.params["W"])'],
  Conv2D: [
    "nnweb/layers/conv2d.py",
    "matmul(columns, W, out=y[part].reshape(-1, self.out_channels))",
  ],
  MaxPool2D: ["nnweb/layers/maxpool2d.py", "np.maximum(y, other, out=y)"],
  ReLU: ["nnweb/layers/activations.py", "y = np.maximum(x, 0)"],
  LeakyReLU: [
    "nnweb/layers/activations.py",
    "return np.where(x > 0, x, x * x.dtype.type(self.slope))",
  ],
  Sigmoid: ["nnweb/layers/activations.py", "y = np.where(x >= 0, 1, e) / (1 + e)"],
  Tanh: ["nnweb/layers/activations.py", "y = np.tanh(x)"],
  Linear: ["nnweb/layers/activations.py", "return x"],
  Flatten: ["nnweb/layers/flatten.py", "return x.reshape(len(x), prod(x.shape[1:]))"],
  Dropout: ["nnweb/layers/dropout.py", "return x"],
};

/** A paragraph with a line and its file. @param {CodeLine} [line] */
export function createCode(line = ["", ""]) {
  const [code, file] = [make("code"), make("span")];
  const show = (/** @type {CodeLine} */ [path, text]) => {
    code.textContent = text;
    file.textContent = path;
  };
  show(line);
  return { element: make("p", { class: "code" }, code, " ", file), show };
}
