// @ts-check
/** The worker: answers the page's requests with Python, which starts at once. */

import { createArrivals } from "../boot/prefetch.js";
import { serve } from "./protocol.js";
import { startPython } from "./start-python.js";

/** @type {import("./protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) => {
  performance.mark(stage);
  postMessage({ type: "progress", stage, loaded, total });
};

const arrivals = createArrivals();
const python = startPython(report, arrivals.of);
python.catch(() => {}); // whoever asks is told

async function glass() {
  const started = await python;
  await started.complete(report);
  return started.glass();
}

// a worker's own scope is a port, but not to TypeScript's library for pages
const port = /** @type {MessagePort} */ (/** @type {unknown} */ (globalThis));
port.addEventListener("messageerror", arrivals.end);
serve(port, {
  ahead: (arrival) => arrivals.arrive(arrival),
  alone: () => arrivals.end(),
  open: async ({ weights, place }) => {
    const { open } = await python;
    report("model");
    const description = open(weights, place);
    report("ready");
    return description;
  },
  recognize: async ({ place, ...picture }) =>
    (await python).recognize(picture, place),
  steps: async ({ without, ...picture }) => (await python).steps(picture, without),
  diagnose: async () => (await python).diagnose(),
  look: async ({ pixels, width, height, fit }) =>
    (await glass())("look", (await python).opened(""), pixels, width, height, fit),
  unit: async ({ layer, at }) => (await glass())("unit", layer, at),
  pictures: async ({ layer }) => (await glass())("pictures", layer),
  explain: async ({ label }) => (await glass())("explain", label),
  change: async () => (await glass())("change"),
  vary: async ({ amounts }) => (await glass())("vary", amounts),
  nearest: async ({ count }) => (await glass())("nearest", count),
  learn: async ({ images, labels }) => (await glass())("learn", images, labels),
  complete: async () => (await python).complete(report),
});
