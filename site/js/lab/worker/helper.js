// @ts-check
/**
 * The helper of the lab's worker: a Python that has the same training, and does half of
 * each step (nnweb/page/lab/halves.py). The page starts it (lend.js), and asks but one thing:
 *
 *   "answer"   {port: MessagePort}   whatever is asked there
 *
 * The worker asks the rest, by that port (pair.js):
 *
 *   "open"     {checkpoint: ArrayBuffer, port: MessagePort}   for the numbers of steps
 *   "feed"     {split, images: ArrayBuffer, labels: ArrayBuffer}  -> how many are missing
 *   "begin"    {}   all digits are there
 *   "catchUp"  {checkpoint: ArrayBuffer}   the worker has gone on alone
 *   "stretch"  {}   answered once the worker has said which step is the last, and it is
 */

import { serve } from "../../worker/protocol.js";
import { startPython } from "../../worker/start-python.js";
import { createHalf } from "./half.js";

/** @type {MessagePort | undefined} */
let port; // to the worker

/** @type {import("../../worker/protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) =>
  port?.postMessage({ type: "progress", stage, loaded, total });

const python = startPython(report).then(async (started) => {
  await started.complete(report);
  return started.lab();
});
python.catch(() => {}); // whoever asks is told
/** @type {ReturnType<typeof createHalf> | undefined} */
let half;

/** @type {Record<string, (payload: any) => unknown>} */
const handlers = {
  async open({ checkpoint, port: numbers }) {
    const lab = await python;
    report("model"); // it has started well: what fails from here on is no start
    lab("resume", checkpoint);
    half = createHalf(lab.object, numbers);
  },
  feed: async ({ split, images, labels }) =>
    (await python)("feed", split, images, labels),
  async begin() {
    (await python)("begin");
  },
  async catchUp({ checkpoint }) {
    (await python)("catch_up", checkpoint);
  },
  stretch: () => half?.stretch(1, () => false, () => {}),
};

// a worker's own scope is a port, but not to TypeScript's library for pages
const page = /** @type {MessagePort} */ (/** @type {unknown} */ (globalThis));
serve(page, {
  /** @param {{port: MessagePort}} payload */
  answer({ port: worker }) {
    port = worker;
    serve(port, handlers);
    port.start();
  },
});
