/**
 * Mounts the source of the complete standard library and packages into a running Python,
 * of which a fast start has only a part. Modules that are already loaded stay as they are.
 */

import { pathsOf } from "./import-pyodide.js";
import { createFiles } from "./runtime-files.js";

/** Where inside/deferred.py of tools/faststart looks before it downloads. */
const DEFERRED_FOLDER = "/lib/deferred";

/**
 * @param {import("./runtime-files.js").Manifest} manifest
 * @param {any} pyodide
 * @param {import("./runtime-files.js").Report} report  gets the stage "whole"
 */
export async function mountFullLibrary(manifest, pyodide, report) {
  const { rest, snapshot } = manifest.RUNTIME;
  if (rest === null) return;
  const modules = pyodide.pyimport("sys.modules");
  const deferred = modules.get("_deferred"); // only in a snapshot
  modules.destroy();
  const late = Object.entries((deferred && snapshot?.late) ?? {});
  const files = createFiles(manifest, (_, ...bytes) => report("whole", ...bytes));
  await files.all([rest.library, ...rest.wheels, ...late.map(([, file]) => file)]);
  const paths = pathsOf(pyodide);
  pyodide.FS.writeFile(paths.library, new Uint8Array(await files.get(rest.library)));
  clearImportCaches(pyodide); // unpacking a wheel may need the mounted library
  for (const wheel of rest.wheels) {
    pyodide.unpackArchive(await files.get(wheel), "wheel", { extractDir: paths.site });
  }
  clearImportCaches(pyodide);
  if (deferred === undefined) return;
  pyodide.FS.mkdirTree(DEFERRED_FOLDER);
  for (const [name, file] of late) {
    const bytes = new Uint8Array(await files.get(file));
    pyodide.FS.writeFile(`${DEFERRED_FOLDER}/${name}`, bytes);
  }
  deferred.complete();
  deferred.destroy();
}

/**
 * Download the last package's complete wheel, of which a fast start has only a part.
 * Returns its path in Python's file system, or null if nothing is missing.
 * @param {import("./runtime-files.js").Manifest} manifest
 * @param {any} pyodide
 * @param {import("./runtime-files.js").Report} report  gets the stage "whole"
 */
export async function addWheel(manifest, pyodide, report) {
  const name = manifest.RUNTIME.rest?.wheels.at(-1);
  if (name === undefined) return null;
  const files = createFiles(manifest, (_, ...bytes) => report("whole", ...bytes));
  const bytes = await files.get(name);
  pyodide.FS.writeFile(`/lib/${name}`, new Uint8Array(bytes));
  return `/lib/${name}`;
}

/**
 * Python caches what each folder and archive of its path contains.
 * @param {any} pyodide
 */
function clearImportCaches(pyodide) {
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
