/** The state machine of a fine-tuning run, with a fake lab worker. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createFineTuning } from "../../../../site/js/lab/teach/fine-tune.js";

const example = (label) => ({
  label,
  picture: { pixels: new ArrayBuffer(4), width: 1, height: 1, fit: "digit" },
  points: new ArrayBuffer(0),
  lengths: [],
});
const input = (...labels) => async () => ({
  weights: new ArrayBuffer(0),
  examples: labels.map(example),
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A worker that logs what it is asked and replies when the test says so. */
function fakeWorker() {
  const log = [];
  const pending = [];
  return {
    log,
    ask(type, { step, label } = {}) {
      log.push([type, step ?? label].filter(Boolean).join(" "));
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    async reply(value = {}) {
      pending.shift().resolve(value);
      await settle();
    },
    async fail(error) {
      pending.shift().reject(error);
      await settle();
    },
  };
}

test("a run loads its drawings, learns until it has finished, and is done", async () => {
  const worker = fakeWorker();
  const states = [];
  const tuning = createFineTuning(worker.ask, () => states.push(tuning.state));
  const ended = tuning.start(input("1", "7"), "careful");
  await settle();
  for (let i = 0; i < 3; i += 1) await worker.reply();
  await worker.reply({ step: 0, finished: false });
  await worker.reply({ step: 9, finished: true });
  await worker.reply({ step: 9, finished: true, after: {} });
  await worker.reply(new Uint8Array(5));
  await ended;

  assert.deepEqual(worker.log, [
    "startTuning",
    "addExample 1",
    "addExample 7",
    "tune begin",
    "tune run",
    "tune end",
    "tunedWeights",
  ]);
  assert.deepEqual(states, ["loading", "learning", "learning", "done"]);
  assert.deepEqual(tuning.report, { step: 9, finished: true, after: {} });
  assert.equal(tuning.weights?.byteLength, 5); // without asking a worker that may be dead
});

test("a run that is stopped while it loads does not mix with the next one", async () => {
  const worker = fakeWorker();
  const tuning = createFineTuning(worker.ask, () => {});
  tuning.start(input("1", "2", "3"), "careful");
  await settle();
  await worker.reply(); // teach
  tuning.stop();
  assert.equal(tuning.state, "idle");
  tuning.start(input("7", "8"), "careful");
  await settle();
  for (let i = 0; i < 5; i += 1) await worker.reply();

  assert.deepEqual(worker.log, [
    "startTuning",
    "addExample 1",
    "startTuning",
    "addExample 7",
    "addExample 8",
    "tune begin",
    "tune run",
  ]);
  assert.equal(tuning.state, "learning");
});

test("the next run waits for the reply to what the stopped one has asked", async () => {
  const worker = fakeWorker();
  const tuning = createFineTuning(worker.ask, () => {});
  tuning.start(input(), "careful");
  await settle();
  await worker.reply(); // teach; the worker now downloads validation digits
  tuning.stop();
  tuning.start(input(), "hard");
  await settle();
  assert.deepEqual(worker.log, ["startTuning", "tune begin"]);

  await worker.fail(Error("download failed"));

  assert.deepEqual(worker.log, ["startTuning", "tune begin", "startTuning"]);
  assert.equal(tuning.state, "loading");
});

test("a run that is stopped while it learns keeps what it has learned", async () => {
  const worker = fakeWorker();
  const tuning = createFineTuning(worker.ask, () => {});
  tuning.start(input(), "careful");
  await settle();
  await worker.reply();
  await worker.reply({ step: 0, finished: false });
  tuning.stop();
  await worker.reply({ step: 5, finished: false });
  await worker.reply({ step: 5, finished: false, after: {} });
  await worker.reply(new Uint8Array(5));

  assert.deepEqual(worker.log.slice(-2), ["tune end", "tunedWeights"]);
  assert.equal(tuning.state, "done");
  assert.equal(tuning.report.step, 5);
  assert.equal((await tuning.newest()).byteLength, 5);
  tuning.reset();
  await assert.rejects(tuning.newest(), /start a new one/);
});

test("an error ends the run and is reported", async () => {
  const worker = fakeWorker();
  const tuning = createFineTuning(worker.ask, () => {});
  const ended = tuning.start(input(), "careful");
  await settle();
  worker.fail(Error("no network"));

  await assert.rejects(ended, /no network/);
  assert.equal(tuning.state, "idle");
});

test("the time that is left is that of the steps so far, and the newest weights are the worker's", async () => {
  const worker = fakeWorker();
  let now = 1000;
  const tuning = createFineTuning(worker.ask, () => {}, () => now);
  tuning.start(input(), "careful");
  await settle();
  await worker.reply();
  await worker.reply({ step: 0, steps: 150, finished: false });
  assert.equal(tuning.secondsLeft, null);
  now += 3000;
  await worker.reply({ step: 50, steps: 150, finished: false });
  assert.equal(tuning.secondsLeft, 6);

  const newest = tuning.newest();
  await worker.reply({ step: 60, steps: 150, finished: false });
  await worker.reply(new Uint8Array(7));
  assert.equal((await newest).byteLength, 7);
});
