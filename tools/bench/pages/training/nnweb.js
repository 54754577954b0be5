/** nnweb's training step in Pyodide, from ../runtime/. */

import { loadPyodide } from "../runtime/pyodide.mjs";

const base = new URL("../runtime/", import.meta.url).href;
/** @type {any} */
let measureInPython;

export async function begin() {
  const pyodide = await loadPyodide({ indexURL: base, packages: ["numpy", "nnweb"] });
  const source = await fetch(new URL("training.py", import.meta.url));
  const bytes = await fetch(new URL("digits.bin", import.meta.url));
  pyodide.runPython(await source.text());
  pyodide.globals.get("take")(pyodide.toPy(await bytes.arrayBuffer()));
  measureInPython = pyodide.globals.get("measure");
}

/** @param {{sizes: string, batch: number, seconds: number, plain: boolean}} question */
export function measure({ sizes, batch, seconds, plain }) {
  return measureInPython(sizes, batch, seconds, plain);
}
