// @ts-check
/** What the scripts share: their job and result, and Pyodide's modules. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import "./deterministic.mjs";

const [, , jobPath, resultPath] = process.argv;

/** The job that build.py wrote; each script documents its own. @type {any} */
export const job = JSON.parse(readFileSync(jobPath, "utf8"));

/** @param {string} path  of a module */
export const load = (path) => import(pathToFileURL(path).href);

const [core, glue] = job.core;
export const { loadPyodide } = await load(join(job.runtime, core));
const { default: factory } = await load(join(job.runtime, glue));

/** Pyodide's own factory, under a name that does not depend on the checkout's path. */
export function createPyodideModule(/** @type {any} */ settings) {
  settings.thisProgram = "./this.program";
  return factory(settings);
}

/** Runs the user's packages as the page will; see tools/faststart/README.md. */
const workload = await load(job.workload.script);

/** @param {any} pyodide  @param {boolean} [isLong]  also exercises what runs rarely */
export function runWorkload(pyodide, isLong = false) {
  workload.run(pyodide, job.workload.data, isLong);
}

/** @param {string} file  in the runtime's folder */
export const readRuntime = (file) => readFileSync(join(job.runtime, file));

/** A script of the folder inside, or the workload's. @param {string} name */
export const pythonSource = (name) =>
  readFileSync(name === "workload" ? job.workload.python : join(job.inside, name), "utf8");

/** @param {object} result  End the script with this result; Pyodide keeps Node alive. */
export function finish(result) {
  writeFileSync(resultPath, JSON.stringify(result));
  process.exit(0);
}
