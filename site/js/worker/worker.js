/** The page's worker: boots Python at once and answers requests with it. */

import { createPrefetched } from "../boot/prefetch.js";
import * as manifest from "../manifest.js";
import { ASSISTED, ownPort, reportBootFailure, serve } from "./protocol.js";
import { startPython } from "./start-python.js";

/** @type {import("./protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) => {
  performance.mark(stage);
  postMessage({ type: "progress", stage, loaded, total });
};

const prefetched = createPrefetched(manifest, self.name.startsWith(ASSISTED));
const python = startPython(report, prefetched.get);
reportBootFailure(ownPort(), python);

async function inspector() {
  const started = await python;
  await started.complete(report);
  return started.inspector();
}

/** @type {import("./protocol.js").Handlers} */
const requests = {
  open: async ({ weights, slot }) => {
    const { open } = await python;
    report("model");
    const description = open(weights, slot);
    report("ready");
    return description;
  },
  recognize: async ({ slot, ...picture }) => (await python).recognize(picture, slot),
  steps: async ({ without, ...picture }) => (await python).steps(picture, without),
  async read({ points, lengths, slot = "", conditions = {} }) {
    const { numbers, opened } = await python;
    return (await numbers(report))("read", opened(slot), points, lengths, conditions);
  },
  diagnose: async () => (await python).diagnose(),
  look: async ({ pixels, width, height, fit }) =>
    (await inspector())("look", (await python).opened(""), pixels, width, height, fit),
  unit: async ({ layer, at }) => (await inspector())("unit", layer, at),
  explain: async ({ label }) => (await inspector())("explain", label),
  change: async () => (await inspector())("change"),
  vary: async ({ amounts }) => (await inspector())("vary", amounts),
  ideal: async () => (await inspector())("ideal"),
  nearest: async ({ count, blocks }) => (await inspector())("nearest", count, blocks),
  learn: async ({ block, images, labels }) =>
    (await inspector())("learn", block, images, labels),
  complete: async () => (await python).complete(report),
};
/** @type {import("./protocol.js").Handlers} */
const notifications = {
  prefetched: ({ file }) => prefetched.receive(file),
};
serve(ownPort(), requests, notifications, prefetched.end);
