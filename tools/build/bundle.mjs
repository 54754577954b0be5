// @ts-check
/** Bundles site/js by esbuild: node bundle.mjs JOB.json RESULT.json. */

import { readFile, writeFile } from "node:fs/promises";
import { build } from "../npm/node_modules/esbuild/lib/main.js";

/**
 * @typedef {object} Job
 * @property {string} root  folder of the page's modules
 * @property {string} out  folder that the bundles go to
 * @property {Record<string, string>} page  modules that share chunks, by output's name
 * @property {Record<string, string>} workers  modules that become one file each
 */

const [, , jobPath, resultPath] = process.argv;
/** @type {Job} */
const job = JSON.parse(await readFile(jobPath, "utf8"));

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: job.root,
  outdir: job.out,
  bundle: true,
  format: "esm",
  target: "esnext",
  minify: true,
  sourcemap: "linked",
  charset: "utf8",
  metafile: true,
  chunkNames: "[name]-[hash]",
  logLevel: "silent",
  plugins: [
    {
      // a file of its own: it names the files of the build, and the bundles do not change
      name: "manifest",
      setup({ onResolve }) {
        const path = "./manifest.js";
        onResolve({ filter: /\/manifest\.js$/ }, () => ({ path, external: true }));
      },
    },
  ],
};
const page = await build({ ...options, entryPoints: job.page, splitting: true });
await build({ ...options, entryPoints: job.workers });

/** What each output imports at once, by file name. @type {Record<string, string[]>} */
const imports = {};
for (const [path, output] of Object.entries(page.metafile.outputs)) {
  imports[nameOf(path)] = output.imports
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path: imported }) => nameOf(imported));
}
/** The output that a module on demand became. @type {Record<string, string>} */
const outputs = {};
for (const [path, { entryPoint }] of Object.entries(page.metafile.outputs)) {
  if (entryPoint !== undefined) outputs[entryPoint] = nameOf(path);
}
await writeFile(resultPath, JSON.stringify({ imports, outputs }));

/** @param {string} path */
function nameOf(path) {
  return path.split("/").at(-1) ?? path;
}
