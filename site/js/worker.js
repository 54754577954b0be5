// @ts-check
/** The worker: answers the page's requests with Python, which starts at once. */

import { serve } from "./protocol.js";
import { startPython } from "./python.js";

/** @type {import("./protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) => {
  performance.mark(stage);
  postMessage({ type: "progress", stage, loaded, total });
};

const python = startPython(report);
python.catch(() => {}); // whoever asks is told

// a worker's own scope is a port, but not to TypeScript's library for pages
const port = /** @type {MessagePort} */ (/** @type {unknown} */ (globalThis));
serve(port, {
  open: async ({ weights, place }) => {
    const { open } = await python;
    report("model");
    const description = open(weights, place);
    report("ready");
    return description;
  },
  recognize: async ({ place, ...picture }) =>
    (await python).recognize(picture, place),
  diagnose: async () => (await python).diagnose(),
  complete: async () => (await python).complete(report),
});
