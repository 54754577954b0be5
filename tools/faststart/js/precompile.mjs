// @ts-check
/** Start a plain runtime, use nnweb in it, and have it compile what that needed. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { use } from "./use.mjs";

const [, , given, made] = process.argv;
/** @type {{runtime: string, out: string, inside: string, library: string, wheels: object, thin: object,
 *   networks: string[]}} */
const job = JSON.parse(readFileSync(given, "utf8"));
const inside = (/** @type {string} */ name) =>
  readFileSync(join(job.inside, name), "utf8");

const at = (/** @type {string} */ name) => pathToFileURL(join(job.runtime, name)).href;
const { loadPyodide } = await import(at("pyodide.mjs.js"));
const { default: createPyodideModule } = await import(at("pyodide.asm.mjs.js"));
const pyodide = await loadPyodide({
  createPyodideModule,
  indexURL: job.runtime,
  packageBaseUrl: job.runtime,
  lockFileContents: readFileSync(join(job.runtime, "pyodide-lock.json"), "utf8"),
});
const options = {
  messageCallback() {},
  errorCallback(/** @type {string} */ message) {
    throw new Error(message);
  },
};
await pyodide.loadPackage(["numpy", "nnweb"], options);
pyodide.runPython(inside("exercise.py"));
use(pyodide, job.networks);
pyodide.mountNodeFS("/out", job.out);
const { library, wheels, thin } = job;
const globals = pyodide.toPy({ JOB: { library, wheels, thin } });
pyodide.runPython(inside("precompile.py"), { globals });
const result = globals.get("RESULT").toJs({ dict_converter: Object.fromEntries });
writeFileSync(made, JSON.stringify(result));
pyodide.runPython(inside("thin.py"), { globals });
process.exit(0);
