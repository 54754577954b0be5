/** Compresses files with Brotli at its highest level, on all cores. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
const [, , given, made] = process.argv;
/** @type {{files: [string, string][]}} from, to */
const { files } = JSON.parse(readFileSync(given, "utf8"));

await Promise.all(
  files.map(async ([from, to]) => {
    const data = readFileSync(from);
    const packed = await compress(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    });
    writeFileSync(`${to}.part`, packed); // an interrupted one must not count as done
    renameSync(`${to}.part`, to);
  }),
);
writeFileSync(made, "{}");
