// @ts-check
/**
 * Mounts what a quick start leaves out into a Python that runs: all of the standard
 * library, of NumPy (numpy.random, numpy.fft ...) and of nnweb, as source. What is loaded
 * already stays as it is.
 */

import { foldersOf } from "./folders.js";
import { RUNTIME } from "../manifest.js";
import { createFiles } from "./runtime-files.js";

/** @typedef {import("../worker/protocol.js").Report} Report */

/** Where that which a snapshot lacks is looked for first. */
const REST = "/lib/nnweb-rest";

/**
 * @param {any} pyodide
 * @param {Report} report  told the stage "whole" and its bytes
 */
export async function mountWhole(pyodide, report) {
  if (RUNTIME.rest === null) return;
  const { library, wheels } = RUNTIME.rest;
  const modules = pyodide.pyimport("sys.modules");
  const later = modules.get("_later"); // tools/faststart/inside/later.py, in a snapshot
  modules.destroy();
  const late = Object.entries((later && RUNTIME.snapshot?.late) ?? {});
  const files = createFiles((_, loaded, total) => report("whole", loaded, total));
  await files.all([library, ...wheels, ...late.map(([, file]) => file)]);
  const folders = foldersOf(pyodide);
  pyodide.FS.writeFile(folders.library, new Uint8Array(await files.get(library)));
  forget(pyodide); // to unpack a wheel, Python may need of its library what was missing
  for (const wheel of wheels) {
    pyodide.unpackArchive(await files.get(wheel), "wheel", { extractDir: folders.site });
  }
  forget(pyodide);
  if (later === undefined) return;
  pyodide.FS.mkdirTree(REST);
  for (const [name, file] of late) {
    pyodide.FS.writeFile(`${REST}/${name}`, new Uint8Array(await files.get(file)));
  }
  later.complete();
  later.destroy();
}

/**
 * Python remembers what was in each folder and archive of its path, and what was not.
 * @param {any} pyodide
 */
function forget(pyodide) {
  for (const name of [
    "zipimport._zip_directory_cache",
    "sys.path_importer_cache",
    "encodings._cache",
  ]) {
    const cache = pyodide.pyimport(name);
    cache.clear();
    cache.destroy();
  }
  const importlib = pyodide.pyimport("importlib");
  importlib.invalidate_caches();
  importlib.destroy();
}
