/** nnweb's training step in Pyodide, from ../runtime/. */

import { loadPyodide } from "../runtime/pyodide.mjs";

const base = new URL("../runtime/", import.meta.url).href;
/** @type {any} */
let measure;

addEventListener("message", async ({ data }) => {
  if (data === "begin") {
    const pyodide = await loadPyodide({ indexURL: base, packages: ["numpy", "nnweb"] });
    const source = await fetch(new URL("training.py", import.meta.url));
    const bytes = await fetch(new URL("digits.bin", import.meta.url));
    pyodide.runPython(await source.text());
    pyodide.globals.get("take")(pyodide.toPy(await bytes.arrayBuffer()));
    measure = pyodide.globals.get("measure");
    postMessage("ready");
  } else {
    const { sizes, batch, seconds, plain } = data;
    postMessage(measure(sizes, batch, seconds, plain));
  }
});
addEventListener("unhandledrejection", ({ reason }) => {
  postMessage({ failed: String(reason) });
});
