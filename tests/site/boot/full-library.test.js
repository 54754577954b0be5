/** What is loaded into a running Python, while the page waits for it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { answers, manifestOf, ok } from "./stub-fetch.js";

const { addWheel } = await import("../../../site/js/boot/full-library.js");

test("the wheel that numbers need reports its bytes: a slow line is not a silent worker", async () => {
  const manifest = manifestOf({ "nnweb.whl": "wheel" });
  manifest.RUNTIME.rest = { library: "", wheels: ["nnweb.whl"] };
  answers["nnweb.whl"] = () => ok("wheel");
  /** @type {unknown[]} */
  const reports = [];
  const pyodide = { FS: { writeFile() {} } };

  const path = await addWheel(manifest, pyodide, (...report) => reports.push(report));

  assert.equal(path, "/lib/nnweb.whl");
  assert.deepEqual(reports, [["whole", 5, 5]]);
});
