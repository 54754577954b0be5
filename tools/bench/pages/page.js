/**
 * One start: a worker gets a picture of a 7; measures the time until its digit is known.
 * Query: ?worker=<a file of this folder>, with &classic for a classic script, or
 * ?engine=<the built site's python-client.js>&weights=<a network>.
 */

import { PIXELS } from "./picture.js";

const query = new URLSearchParams(location.search);
const engine = query.get("engine");
const weights = query.get("weights");

/** A worker that hides its error must not block the benchmark for ever. */
const timeout = new Promise((_, reject) => {
  setTimeout(() => reject(new Error("no answer in two minutes")), 120_000);
});

const answer = engine === null ? ofWorker() : ofEngine(engine);
Object.assign(globalThis, { done: Promise.race([answer, timeout]) });

function ofWorker() {
  const type = query.has("classic") ? "classic" : "module";
  const worker = new Worker(query.get("worker") ?? "", { type });
  worker.postMessage(PIXELS);
  return new Promise((resolve, reject) => {
    worker.addEventListener("error", (event) => reject(new Error(event.message)));
    worker.addEventListener("message", ({ data }) =>
      resolve({ milliseconds: performance.now(), digit: data }),
    );
  });
}

/** @param {string} url */
async function ofEngine(url) {
  const text = fetch(weights ?? "").then((response) => response.arrayBuffer());
  const { createPythonClient } = await import(url);
  const running = createPythonClient({});
  await running.open(await text);
  const pixels = PIXELS.slice().buffer;
  const picture = { pixels, width: 28, height: 28, fit: "digit" };
  const { index } = await running.recognize(picture);
  const milliseconds = performance.now();
  const { tier, marks } = await running.diagnose();
  return { milliseconds, digit: index, tier, marks };
}
