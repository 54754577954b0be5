/**
 * Bundles site/js by Rollup, minified by esbuild: node bundle.mjs JOB.json RESULT.json.
 * Rollup leaves in the main file what the modules on demand share with it, where esbuild
 * alone would cut it into a chunk for each set of modules that share a part.
 */

import { readFile, writeFile } from "node:fs/promises";
import { rollup } from "../npm/node_modules/@rollup/wasm-node/dist/es/rollup.js";
import { transform } from "../npm/node_modules/esbuild/lib/main.js";

/** @typedef {import("../npm/node_modules/@rollup/wasm-node/dist/rollup.js").Plugin} Plugin */
/**
 * @typedef {object} Job
 * @property {string} root  folder of the page's modules
 * @property {string} out  folder that the bundles go to
 * @property {Record<string, string>} page  entries by output's name
 * @property {Record<string, string>} workers  modules that become one file each
 */

const [, , jobPath, resultPath] = process.argv;
/** @type {Job} */
const job = JSON.parse(await readFile(jobPath, "utf8"));

/** @type {Plugin} */
const manifest = {
  name: "manifest",
  // a file of its own: it names the files of the build, and the bundles do not change
  resolveId: (source) =>
    source.endsWith("/manifest.js") ? { id: "./manifest.js", external: true } : null,
};

/** @type {Plugin} */
const minify = {
  name: "minify",
  async renderChunk(code) {
    const options = /** @type {const} */ ({
      minify: true,
      format: "esm",
      target: "esnext",
      charset: "utf8",
      sourcemap: true,
    });
    return await transform(code, options);
  },
};

/** What each bundle imports at once, by its module. @type {Record<string, string[]>} */
const imports = {};
for (const [name, module] of Object.entries({ ...job.page, ...job.workers })) {
  const bundle = await rollup({
    input: { [name]: `${job.root}/${module}` },
    plugins: [manifest, minify],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const isWorker = name in job.workers;
  const { output } = await bundle.write({
    dir: job.out,
    format: "es",
    sourcemap: true,
    chunkFileNames: "[name]-[hash].js",
    inlineDynamicImports: isWorker,
    manualChunks: isWorker ? undefined : inEntry(name),
  });
  imports[module] = output[0].imports.map((path) => path.replace(/^\.\//, ""));
}
await writeFile(resultPath, JSON.stringify(imports));

/**
 * Puts all that an entry imports at once into its file, whatever else imports it too.
 * @param {string} name
 * @returns {import("../npm/node_modules/@rollup/wasm-node/dist/rollup.js").GetManualChunk}
 */
function inEntry(name) {
  /** @type {Set<string>} */
  const found = new Set();
  return (id, { getModuleIds, getModuleInfo }) => {
    if (found.size === 0) {
      const entries = [...getModuleIds()].filter((one) => getModuleInfo(one)?.isEntry);
      for (const one of entries) found.add(one);
      for (const one of found) {
        for (const other of getModuleInfo(one)?.importedIds ?? []) found.add(other);
      }
    }
    return found.has(id) ? name : null;
  };
}
