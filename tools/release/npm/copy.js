#!/usr/bin/env node
/** Copies the files of <digit-pad> to a folder of a site: npx nnweb-digit-pad copy FOLDER. */

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("dist", import.meta.url));
/** Folders of this package's files; those of earlier releases are removed. */
const HASHED = /^(app|de|models|nnweb|runtime)-[0-9a-f]{12}$/;

/** @param {string} folder */
function copy(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (HASHED.test(name) && !existsSync(join(DIST, name))) {
      rmSync(join(folder, name), { recursive: true });
    }
  }
  cpSync(DIST, folder, { recursive: true });
  const names = /** @type {string[]} */ (readdirSync(DIST, { recursive: true }));
  const sizes = names.map((name) => statSync(join(DIST, name))).filter((s) => s.isFile());
  const megabytes = sizes.reduce((sum, { size }) => sum + size, 0) / 1e6;
  console.log(`${sizes.length} files, ${megabytes.toFixed(1)} MB, are in ${folder}`);
}

const [command, folder, ...rest] = process.argv.slice(2);
if (command !== "copy" || folder === undefined || rest.length > 0) {
  console.error(
    "usage: npx nnweb-digit-pad copy FOLDER\n\n" +
      "FOLDER is one that your site serves, such as public/nnweb; the page then calls\n" +
      'defineDigitPad("/nnweb/"). Run it again after each update of the package.',
  );
  process.exitCode = 2;
} else {
  try {
    copy(folder);
  } catch (error) {
    console.error(`nnweb-digit-pad: error: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}
