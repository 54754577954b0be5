// @ts-check
/** Starts the runtime as published, runs the workload, and compiles what was loaded. */

import {
  createPyodideModule,
  finish,
  job,
  loadPyodide,
  pythonSource,
  readRuntime,
  runWorkload,
} from "./pyodide.mjs";

const pyodide = await loadPyodide({
  createPyodideModule,
  indexURL: job.runtime,
  packageBaseUrl: job.runtime,
  lockFileContents: readRuntime("pyodide-lock.json").toString(),
});
await pyodide.loadPackage(Object.keys(job.wheels), {
  messageCallback() {},
  errorCallback(/** @type {string} */ message) {
    throw new Error(message);
  },
});
pyodide.runPython(pythonSource("workload"));
runWorkload(pyodide);
pyodide.mountNodeFS("/out", job.out);
const { library, wheels, thin, kept } = job;
const globals = pyodide.toPy({ JOB: { library, wheels, thin: { ...thin, kept } } });
pyodide.runPython(pythonSource("precompile.py"), { globals });
const result = globals.get("RESULT").toJs({ dict_converter: Object.fromEntries });
pyodide.runPython(pythonSource("thin.py"), { globals });
finish(result);
