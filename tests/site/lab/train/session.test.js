/** The state machine of training runs, with a fake worker and a fake storage. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createTraining } from "../../../../site/js/lab/train/session.js";

const ABOUT = { architecture: "784-10", parameters: 7850, choices: { seed: 1 } };
/** As the worker sends it. */
const DIVERGED = { name: "TrainingError", message: "diverged" };
const at = (step, more = {}) => ({ step, done: step / 10, epochs: 1, finished: false, ...more });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A training run whose worker replies when the test says so. */
function fakeTraining() {
  const log = [];
  const pending = [];
  const errors = [];
  const stored = new Map();
  let send = (_message) => {};
  const worker = {
    ask(type) {
      if (type === "checkpoint") return Promise.resolve(new Uint8Array(3));
      log.push(type);
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    listen: (listener) => (send = listener),
  };
  const storage = {
    read: async (store, key) => stored.get(`${store}/${key}`),
    write: async (store, [key, value]) => stored.set(`${store}/${key}`, value),
    remove: async (store, key) => stored.delete(`${store}/${key}`),
  };
  const training = createTraining(worker, storage, {
    onChange() {},
    onError: (error) => errors.push(error instanceof Error ? error.message : `no error: ${error}`),
    onUnsaved: (error) => errors.push(`unsaved: ${error.message}`),
  });
  return {
    training,
    log,
    errors,
    stored,
    storage,
    send: (message) => send(message),
    async reply(value) {
      pending.shift().resolve(value);
      await settle();
    },
    async fail(name, message) {
      pending.shift().reject(Object.assign(Error(message), { name }));
      await settle();
    },
  };
}

/** A run that has started and is paused. */
async function paused() {
  const fake = fakeTraining();
  const started = fake.training.start({ seed: 1 });
  await fake.reply({ about: ABOUT, progress: at(0) });
  assert.equal(await started, true);
  assert.equal(fake.training.state, "paused");
  return fake;
}

/** A run that trains step after step. */
async function running() {
  const fake = await paused();
  fake.training.go();
  await fake.reply();
  return fake;
}

test("a run goes on until it has finished, and is stored", async () => {
  const { training, send, stored } = await running();
  send({ type: "trained", progress: at(1, { point: [0.1, 2, 0.5] }) });
  assert.equal(training.state, "running");
  send({ type: "trained", progress: at(10, { finished: true }) });
  await settle();

  assert.equal(training.state, "stopped");
  assert.deepEqual(training.points, [[0.1, 2, 0.5]]);
  assert.equal(stored.get("trainings/last").done, 1);
  assert.equal((await training.saved()).about, ABOUT);
});

test("a pause shows the slice that was running", async () => {
  const { training, reply, send, stored } = await running();
  training.pause();
  send({ type: "trained", progress: at(3, { point: [0.3, 2, 0.5] }) });
  await reply();
  await settle();

  assert.equal(training.state, "paused");
  assert.equal(training.progress.step, 3);
  assert.deepEqual(stored.get("trainings/last").points, [[0.3, 2, 0.5]]);
});

test("a slice that fails while the run is being paused ends the run", async () => {
  const { training, send, errors } = await running();
  training.pause();
  send({ type: "broken", error: DIVERGED });

  assert.equal(training.state, "stopped");
  assert.deepEqual(errors, ["diverged"]);
});

test("a run that has failed is not revived by other hyperparameters", async () => {
  const { training, log, send } = await paused();
  send({ type: "broken", error: DIVERGED });
  log.length = 0;

  await training.change({ learning_rate: 0.01 });

  assert.equal(training.state, "stopped");
  assert.deepEqual([log, training.marks], [[], []]);
});

test("a stopped run shows the slice that was running, a reset run does not", async () => {
  const { training, reply, send } = await running();
  training.stop();
  send({ type: "trained", progress: at(3) });
  await reply();
  assert.equal(training.state, "stopped");
  assert.equal(training.progress.step, 3);

  training.reset();
  send({ type: "trained", progress: at(4) });
  assert.equal(training.progress, null);
});

test("a run whose worker has died resumes from its checkpoint, stored or not", async () => {
  const { training, reply, send, errors, storage } = await running();
  storage.write = () => Promise.reject(Error("there is no room"));
  send({ type: "trained", progress: at(3, { point: [0.3, 2, 0.5] }) });
  await settle();
  send({ type: "dead", error: Error("out of memory") });

  assert.deepEqual([training.state, training.about], ["idle", null]);
  assert.deepEqual(errors, ["unsaved: there is no room", "out of memory"]);
  const resumed = training.resume(await training.saved());
  await reply({ about: ABOUT, progress: at(3) });
  assert.equal(await resumed, true);
  assert.deepEqual(training.points, [[0.3, 2, 0.5]]);

  await training.forget();
  assert.equal(await training.saved(), undefined);
});

test("a reset during a step leaves no point behind", async () => {
  const { training, reply, stored } = await paused();
  training.step();
  training.reset();
  await reply(at(1, { point: [0.1, 2, 0.5] }));
  await reply();

  assert.equal(training.state, "idle");
  assert.deepEqual(training.points, []);
  assert.equal(training.progress, null);
  assert.equal(stored.size, 0);
});

test("a reset during a change of hyperparameters leaves no progress behind", async () => {
  const { training, reply } = await paused();
  training.change({ seed: 2 });
  training.reset();
  await reply(at(1));
  await reply();

  assert.equal(training.progress, null);
});

test("a step that fails after a reset does not stop the next run", async () => {
  const { training, fail, reply, errors } = await paused();
  training.step();
  training.reset();
  await fail("TrainingError", "diverged");
  await reply();

  assert.equal(training.state, "idle");
  assert.deepEqual(errors, []);
});

test("refused hyperparameters keep the previous run", async () => {
  const { training, fail, errors } = await paused();
  training.start({ seed: -1 });
  await fail("ShapeError", "784-x");

  assert.equal(training.state, "paused");
  assert.equal(training.about, ABOUT);
  assert.deepEqual(errors, ["784-x"]);
});

test("a second start while one is loading is ignored, and a refusal is the end of it", async () => {
  const { training, log, fail } = fakeTraining();
  const first = training.start({ augmentation: "pen" });

  assert.equal(await training.start({ augmentation: "pen" }), false);
  await fail("TrainingError", "refused");

  assert.equal(await first, false);
  assert.deepEqual(log, ["start"]);
  assert.equal(training.state, "idle");
});

const WEIGHTS = { buffer: new ArrayBuffer(8) };

/** A run that was stored and stopped after a step. */
async function trained() {
  const fake = await paused();
  fake.training.step();
  await fake.reply(at(1, { point: [0.1, 2, 0.5] }));
  fake.training.stop();
  await fake.reply();
  await settle();
  assert.equal(fake.training.state, "stopped");
  assert.equal(fake.stored.size, 1);
  return fake;
}

/** Whether the run of `trained` is there to compare with, and no other run. */
function isEarlier({ about, progress, points, earlier }) {
  assert.deepEqual(
    earlier.map((run) => [run.about, run.points, run.weights.byteLength]),
    [[ABOUT, [[0.1, 2, 0.5]], 8]],
  );
  assert.deepEqual([about, progress, points], [null, null, []]);
}

test("a run that has trained stays to compare with if the next cannot be downloaded", async () => {
  const { training, reply, fail } = await trained();
  training.start({ seed: 2 });
  await reply(WEIGHTS);
  await fail("DownloadError", "503");

  assert.equal(training.state, "idle");
  isEarlier(training);
});

test("a run that has trained stays to compare with if the worker dies loading the next", async () => {
  const { training, reply, send } = await trained();
  training.start({ seed: 2 });
  await reply(WEIGHTS);
  send({ type: "dead", error: Error("out of memory") });

  assert.equal(training.state, "idle");
  isEarlier(training);
});

test("a stop while a run is loading keeps the previous run and its checkpoint", async () => {
  const { training, log, reply, fail, stored, errors } = await trained();
  const started = training.start({ seed: 2 });
  await reply(WEIGHTS);
  training.stop();
  await fail("Abandoned", "another run was begun");
  await reply();

  assert.equal(await started, false);
  assert.equal(training.state, "idle");
  isEarlier(training);
  assert.equal(log.at(-1), "abandon");
  assert.equal(stored.size, 1);
  assert.deepEqual(errors, []);
});

test("a stop before the worker has begun to load leaves the previous run as it was", async () => {
  const { training, log, reply } = await trained();
  const started = training.start({ seed: 2 });
  training.stop();
  await reply(WEIGHTS);
  await reply();

  assert.equal(await started, false);
  assert.deepEqual([training.state, training.about], ["stopped", ABOUT]);
  assert.deepEqual(training.earlier, []);
  assert.equal(log.filter((type) => type === "start").length, 1);
});

test("a stop while a run is being resumed keeps its checkpoint", async () => {
  const { training, reply, fail, stored } = fakeTraining();
  const saved = { checkpoint: new ArrayBuffer(3), about: ABOUT, points: [], done: 1 };
  stored.set("trainings/last", saved);
  training.resume(saved);
  await settle();
  training.stop();
  await fail("Abandoned", "another run was begun");
  await reply();

  assert.equal(training.state, "idle");
  assert.equal(await training.saved(), saved);
});

test("a worker that dies while the run is being stored is what is said", async () => {
  const { training, errors, send, storage } = await paused();
  training.go();
  storage.write = () => {
    // the requests of a dead worker fail, of which the run hears first
    send({ type: "dead", error: Error("out of memory") });
    return Promise.reject(Error("out of memory"));
  };
  send({ type: "trained", progress: at(1) });
  await settle();

  assert.equal(training.state, "idle");
  assert.deepEqual(errors, ["out of memory"]);
});

test("more than 600 points are averaged in pairs", async () => {
  const { training, send } = await running();
  for (let i = 0; i < 602; i += 1) {
    send({ type: "trained", progress: at(i, { point: [i, 2 * i, 1] }) });
  }

  assert.equal(training.points.length, 301);
  assert.deepEqual(training.points[0], [0.5, 1, 1]);
});

test("a run that was stored with the fields of an earlier version is resumed", async () => {
  const { training, reply, stored } = fakeTraining();
  const about = { ...ABOUT, for_two: true };
  stored.set("trainings/last", { checkpoint: new ArrayBuffer(3), about, points: [[1, 2, 3]] });
  const resumed = training.resume(await training.saved());
  await reply({ about: ABOUT, progress: at(5) });

  assert.equal(await resumed, true);
  assert.deepEqual(training.points, [[1, 2, 3]]);
  assert.equal(training.progress.step, 5);
});

test("changes between two steps are one mark, which a resumed run has too", async () => {
  const { training, reply, stored } = await paused();
  const changes = [
    [{ learning_rate: 0.1 }, 2],
    [{ optimizer: "sgd" }, 2],
    [{ learning_rate: 1 }, 3],
  ];
  for (const [choices, step] of changes) {
    training.change(choices);
    await reply(at(step));
  }
  const marks = [
    { done: 0.2, choices: { learning_rate: 0.1, optimizer: "sgd" } },
    { done: 0.3, choices: { learning_rate: 1 } },
  ];
  assert.deepEqual(training.marks, marks);

  training.pause();
  await reply();
  await settle();
  const saved = stored.get("trainings/last");
  const resumed = training.resume(saved);
  await reply({ buffer: new ArrayBuffer(8) });
  await reply({ about: ABOUT, progress: at(3) });
  assert.equal(await resumed, true);
  assert.deepEqual(training.marks, marks);
});

test("the last two runs that trained stay to compare with, until a reset", async () => {
  const { training, reply, fail } = await paused();
  for (const seed of [2, 3, 4]) {
    training.step();
    await reply(at(seed, { point: [seed, 2, 0.5] }));
    const refused = training.start({ seed: -1 });
    await reply({ buffer: new ArrayBuffer(seed) });
    await fail("TrainingError", "seed");
    assert.equal(await refused, false);
    const started = training.start({ seed });
    await reply({ buffer: new ArrayBuffer(seed) });
    await reply({ about: { ...ABOUT, choices: { seed } }, progress: at(0) });
    assert.equal(await started, true);
    assert.deepEqual(training.points, []);
  }
  const again = training.start({ seed: 5 }); // instead of one that did not train
  await reply({ about: ABOUT, progress: at(0) });
  await again;

  assert.deepEqual(
    training.earlier.map(({ points, weights }) => [points[0][0], weights.byteLength]),
    [[3, 3], [4, 4]],
  );
  training.reset();
  assert.deepEqual(training.earlier, []);
});
