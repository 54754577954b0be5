/** The page's end of a worker, over a MessageChannel in place of the worker. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { serve } from "../../../site/js/worker/protocol.js";
import { createWorkerClient } from "../../../site/js/worker/worker-client.js";

const opened = [];
const clients = [];
afterEach(() => {
  for (const port of opened.splice(0)) port.close();
  for (const client of clients.splice(0)) client.dispose();
});

/** A port that looks like a worker; `program` runs at its other end. */
function workerOf(program) {
  const { port1, port2 } = new MessageChannel();
  opened.push(port1, port2);
  port1.start();
  port2.start();
  port2.postMessage({ type: "serving" });
  program(port2);
  return Object.assign(port1, { terminate: () => port1.close() });
}

function clientOf(program, options = {}) {
  const workers = [];
  const deaths = [];
  const createWorker = () => {
    workers.push(workerOf(program));
    return workers.at(-1);
  };
  const onDeath = (death) => deaths.push(death.message);
  const client = createWorkerClient({ createWorker, onDeath, ...options });
  clients.push(client);
  return { client, workers, deaths };
}

const settled = (promise) =>
  promise.then(
    (value) => value,
    (error) => `${error.name}: ${error.message}`,
  );

test("replies reach their requests in whatever order they arrive", async () => {
  const waiting = [];
  const { client } = clientOf((port) =>
    port.on("message", ({ id, width }) => {
      waiting.push({ id, ok: true, value: width });
      if (waiting.length === 3) for (const reply of waiting.toReversed()) port.postMessage(reply);
    }),
  );

  const answers = [1, 2, 3].map((width) => client.request("recognize", { width }));

  assert.deepEqual(await Promise.all(answers), [1, 2, 3]);
});

test("a refused request leaves the worker alive", async () => {
  const { client, workers, deaths } = clientOf((port) =>
    serve(port, {
      convert() {
        throw new TypeError("no network");
      },
      train: () => "goes on",
    }),
  );

  assert.equal(await settled(client.request("convert")), "TypeError: no network");

  assert.equal(client.alive, true);
  assert.equal(await client.request("train"), "goes on");
  assert.deepEqual([workers.length, deaths], [1, []]);
});

test("a notification is sent and keeps nothing waiting", async () => {
  const heard = [];
  const { client } = clientOf((port) =>
    serve(port, { last: () => heard }, { file: (it) => heard.push(it) }),
  );

  client.notify("file", { name: "a" });

  assert.deepEqual(await client.request("last"), [{ name: "a" }]);
});

test("progress and notifications of the worker reach their listeners", async () => {
  const progress = [];
  const notified = [];
  const { client } = clientOf(
    (port) => {
      port.postMessage({ type: "progress", stage: "python", loaded: 0, total: 0 });
      port.postMessage({ type: "trained", steps: 3 });
      serve(port, { last: () => {} });
    },
    {
      onProgress: ({ stage }) => progress.push(stage),
      onNotification: ({ type, steps }) => notified.push([type, steps]),
    },
  );

  await client.request("last");

  assert.deepEqual([progress, notified], [["python"], [["trained", 3]]]);
});

const fatal = { name: "FatalError", message: "Python broke down" };
const deadly = {
  "that throws": [
    (worker) => worker.dispatchEvent(Object.assign(new Event("error"), { message: "burst" })),
    "burst",
  ],
  "whose program cannot be loaded": [
    (worker) => worker.dispatchEvent(Object.assign(new Event("error"), { message: "" })),
    "its program could not be loaded",
  ],
  "that sends a broken message": [
    (worker) => worker.dispatchEvent(new Event("messageerror")),
    "it sent a message that cannot be read",
  ],
  "whose Python breaks down": [
    (worker, ids) =>
      worker.dispatchEvent(
        Object.assign(new Event("message"), { data: { id: ids, ok: false, error: fatal } }),
      ),
    "Python broke down",
  ],
};

for (const [which, [kill, reason]] of Object.entries(deadly)) {
  test(`a worker ${which} rejects pending and later requests until a restart`, async () => {
    const { client, workers, deaths } = clientOf(() => {});
    const pending = [client.request("open"), client.request("recognize")].map(settled);
    kill(workers[0], 1);

    for (const message of [...(await Promise.all(pending)), await settled(client.request("x"))]) {
      assert.equal(message, `WorkerDeath: ${reason}`);
    }
    assert.deepEqual([client.alive, deaths], [false, [reason]]);

    client.restart();
    assert.deepEqual([client.alive, workers.length], [true, 2]);
  });
}

test("a Python that did not start rejects requests with its own error", async () => {
  const error = { name: "DownloadError", message: "core: the server answered 404" };
  const { client, deaths } = clientOf((port) =>
    port.on("message", () => port.postMessage({ type: "bootFailed", error })),
  );

  const wanted = "DownloadError: core: the server answered 404";
  assert.equal(await settled(client.request("open")), wanted);
  assert.equal(await settled(client.request("later")), wanted);
  assert.deepEqual([client.alive, deaths], [false, []]);
});

test("silence kills a worker only while a request is pending", async (context) => {
  const slow = [];
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { client, deaths } = clientOf(() => {}, { onSlow: (isSlow) => slow.push(isSlow) });
  context.mock.timers.tick(60_000);
  assert.equal(client.alive, true);

  client.notify("file");
  context.mock.timers.tick(60_000);
  assert.equal(client.alive, true);

  const pending = settled(client.request("open"));
  context.mock.timers.tick(60_000);
  assert.deepEqual(slow, [true]);
  client.assisted(); // the page works for the worker
  context.mock.timers.tick(9_000);
  assert.deepEqual(slow, [true, false]);
  context.mock.timers.tick(51_000);
  assert.deepEqual([client.alive, slow], [true, [true, false, true]]);
  context.mock.timers.tick(1000);

  assert.equal(await pending, "WorkerDeath: no sign of life for 60 s");
  assert.deepEqual(slow, [true, false, true, false]);
  assert.deepEqual([client.alive, deaths.length], [false, 1]);
});

test("a closed client rejects requests and reports no death", async () => {
  const { client, deaths } = clientOf(() => {});
  client.dispose();

  assert.equal(await settled(client.request("open")), "WorkerDeath: it was closed");
  assert.deepEqual(deaths, []);
});

test("a worker that fails before it spoke is replaced by one that gets all messages", async () => {
  let blocked = false;
  const { client, workers, deaths } = clientOf(
    (port) => {
      if (blocked) serve(port, { double: ({ n }) => 2 * n });
    },
    { canRelaunch: () => blocked },
  );
  const answer = client.request("double", { n: 21 });

  blocked = true; // the page's policy refuses the first
  workers[0].dispatchEvent(Object.assign(new Event("error"), { message: "" }));

  assert.equal(await answer, 42);
  assert.deepEqual([workers.length, deaths], [2, []]);
});

test("a worker that fails for another reason is dead", async () => {
  const { client, workers, deaths } = clientOf(() => {}, { canRelaunch: () => false });
  const answer = settled(client.request("double", { n: 21 }));

  workers[0].dispatchEvent(Object.assign(new Event("error"), { message: "" }));

  assert.match(await answer, /WorkerDeath: its program could not be loaded/);
  assert.deepEqual([workers.length, deaths.length], [1, 1]);
});

test("a person's code may be silent for as long as it runs", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { client } = clientOf(() => {}, { mayBeSilent: () => true });
  settled(client.request("run"));

  context.mock.timers.tick(600_000);

  assert.equal(client.alive, true);
});

const echo = (port) => serve(port, { double: ({ n }) => 2 * n });

test("answers of a worker are not used before its program has been checked", async () => {
  const { promise, resolve } = Promise.withResolvers();
  const { client, workers } = clientOf(echo, { check: () => promise });
  let answer = null;
  const asked = client.request("double", { n: 21 }).then((value) => (answer = value));
  await new Promise((done) => workers[0].once("message", done)); // that it is serving
  assert.equal(answer, null);

  resolve(true);

  assert.equal(await asked, 42);
});

test("a worker whose program was damaged is started again, with all messages", async () => {
  const intact = [false, true];
  const { client, workers, deaths } = clientOf(echo, { check: async () => intact.shift() });

  assert.equal(await client.request("double", { n: 21 }), 42);
  assert.deepEqual([workers.length, deaths], [2, []]);
});

test("a worker whose program is damaged again and again is dead", async () => {
  const { client, workers } = clientOf(echo, { check: async () => false });

  const answer = await settled(client.request("double", { n: 21 }));

  assert.deepEqual([answer, workers.length], ["WorkerDeath: its program arrived damaged", 2]);
});

test("a worker whose program cannot be had rejects requests with the reason", async () => {
  const missing = Object.assign(new Error("a.js: 404"), { name: "DownloadError" });
  const { client, deaths } = clientOf(echo, { check: () => Promise.reject(missing) });

  assert.equal(await settled(client.request("double")), "DownloadError: a.js: 404");
  assert.equal(await settled(client.request("double")), "DownloadError: a.js: 404");
  assert.deepEqual([client.alive, deaths], [false, []]);
});
