/** The session's states, with a worker and networks that the tests control. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSession } from "../../site/js/session.js";

const turn = () => new Promise((done) => setImmediate(done));

/** A network whose weights are its name; `read` may fail. */
const source = (name, read = async () => name) => ({ name, size: 1, read });

function death() {
  return Object.assign(new Error("gone"), { name: "WorkerDeath" });
}

/** A session of network "a", and all that it did. */
function begun({ open = async (weights) => ({ name: weights }), first = source("a") } = {}) {
  const log = [];
  const client = {
    alive: true,
    starts: 1,
    open: (weights) => client.opens(weights),
    opens: open,
    restart() {
      client.alive = true;
      client.starts += 1;
    },
    die() {
      client.alive = false;
      client.onDeath(death());
    },
  };
  const session = createSession(
    first,
    ({ onDeath, onProgress }) => Object.assign(client, { onDeath, onProgress }),
    {
      onState: (state) => log.push(state),
      onBegin: () => log.push("begin"),
      onStart: () => log.push("start"),
      onProgress: ({ stage }) => log.push(`progress ${stage}`),
      onWeights: (loaded) => log.push(`weights ${loaded}`),
      onOpened: (isOther) => log.push(`opened ${session.network.name} ${isOther}`),
      onRefused: ({ name }, error) => log.push(`refused ${name} ${error.message}`),
      onFailed: (error) => log.push(`failed with ${error.message}`),
    },
  );
  session.begin();
  const since = () => log.splice(0);
  return { session, client, since };
}

test("a session boots, opens its network and is busy until it rests", async () => {
  const { session, since } = begun();
  await turn();

  assert.deepEqual(since(), ["booting", "begin", "start", "busy", "opened a true"]);
  assert.equal(session.rest(), true);
  assert.equal(session.state, "ready");
});

test("a network that cannot be read fails the session, and begin tries again", async () => {
  let fails = true;
  const first = source("a", async () => {
    if (fails) throw new Error("404");
    return "a";
  });
  const { session, client, since } = begun({ first });
  await turn();
  assert.deepEqual(since().slice(-2), ["failed", "failed with 404"]);

  fails = false;
  session.begin();
  await turn();

  assert.deepEqual(since(), ["booting", "begin", "busy", "opened a true"]);
  assert.equal(client.starts, 1); // the worker was alive
});

test("after a worker that could not boot, begin starts another", async () => {
  const { session, client, since } = begun({
    open: async () => {
      throw new Error("no memory");
    },
  });
  client.alive = false;
  await turn();
  assert.equal(session.state, "failed");
  since();

  client.opens = async (weights) => ({ name: weights });
  session.begin();
  await turn();

  assert.deepEqual(since().slice(0, 3), ["booting", "begin", "start"]);
  assert.equal(client.starts, 2);
  assert.equal(session.state, "busy");
});

test("a browser that cannot start a worker fails the session", () => {
  const log = [];
  const session = createSession(
    source("a"),
    () => {
      throw new Error("no workers");
    },
    {
      onState: (state) => log.push(state),
      onBegin() {},
      onStart() {},
      onFailed: (error) => log.push(error.message),
    },
  );
  session.begin();

  assert.deepEqual(log, ["booting", "failed", "no workers"]);
});

test("of networks chosen in a row the last one stays", async () => {
  const { session, since } = begun();
  await turn();
  since();

  session.choose(source("b"));
  session.choose(source("c"));
  assert.equal(session.rest(), false); // one is still to be opened
  await turn();

  assert.deepEqual(since(), ["busy", "busy", "opened b true", "busy", "busy", "opened c true"]);
  assert.equal(session.source.name, "c");
});

test("a refused network leaves the one in use", async () => {
  const { session, since } = begun();
  await turn();
  since();

  session.choose(source("b", async () => Promise.reject(new Error("no network"))));
  await turn();

  assert.deepEqual(since(), ["busy", "refused b no network"]);
  assert.deepEqual([session.network.name, session.source.name], ["a", "a"]);
  assert.equal(session.rest(), true);
});

test("opening the network in use again does not count as another one", async () => {
  const first = source("a");
  const { session, since } = begun({ first });
  await turn();
  since();

  session.choose(first);
  await turn();

  assert.deepEqual(since(), ["busy", "busy", "opened a false"]);
});

test("a worker that dies is replaced, and its network is not another one", async () => {
  const { session, client, since } = begun();
  await turn();
  session.answered();
  since();

  client.die();
  await turn();

  assert.deepEqual(since(), ["booting", "begin", "start", "busy", "opened a false"]);
  assert.equal(client.starts, 2);
});

test("a worker that dies twice without an answer is not replaced again", async () => {
  const { session, client, since } = begun();
  await turn();
  session.answered();
  client.die();
  await turn();
  since();

  client.die();
  await turn();

  assert.deepEqual(since(), ["failed", "failed with gone"]);
  assert.equal(session.network, null);
});

test("a network that was opening when the worker died is not reported twice", async () => {
  const { session, client, since } = begun();
  await turn();
  since();
  client.opens = async () => Promise.reject(death());

  session.choose(source("b"));
  client.die();
  await turn();

  assert.deepEqual(since().filter((entry) => entry.startsWith("failed with")), [
    "failed with gone",
  ]);
});

test("a choice after a failure begins again with it", async () => {
  const { session, since } = begun({
    first: source("a", async () => Promise.reject(new Error("404"))),
  });
  await turn();
  since();

  session.choose(source("b"));
  await turn();

  assert.deepEqual(since(), ["booting", "begin", "busy", "opened b true"]);
  assert.equal(session.source.name, "b");
});

test("a network that is refused after a failed answer leaves the one in use", async () => {
  const { session, since } = begun();
  await turn();
  session.fail(new Error("no answer"));
  since();

  session.choose(source("b", async () => assert.fail("404")));
  await turn();

  assert.equal(since().at(-1), "refused b 404");
  assert.equal(session.source.name, "a");
  assert.equal(session.rest(), true);
});

test("progress is reported until a network is in use", async () => {
  const { client, since } = begun();
  client.onProgress({ stage: "python" });
  await turn();
  client.onProgress({ stage: "model" });

  assert.deepEqual(
    since().filter((entry) => entry.startsWith("progress")),
    ["progress python"],
  );
});

test("after a failed answer nothing can be answered until a retry", async () => {
  const { session } = begun();
  assert.equal(session.canAnswer, false);
  await turn();
  assert.equal(session.canAnswer, true);

  session.fail(new Error("no answer"));
  assert.equal(session.canAnswer, false);

  session.begin();
  await turn();
  assert.equal(session.canAnswer, true);
});

test("after a failed answer another kind of answer goes on with the network", async () => {
  const { session, since } = begun();
  assert.equal(session.resume(), false);
  await turn();
  assert.equal(session.resume(), false);
  session.fail(new Error("no reader"));
  since();

  assert.equal(session.resume(), true);

  assert.deepEqual(since(), ["busy"]);
  assert.equal(session.canAnswer, true);
});

test("an answer is expected only while a network is in use", async () => {
  const { session } = begun();
  session.expectAnswer();
  assert.equal(session.state, "booting");
  await turn();
  session.rest();

  session.expectAnswer();
  assert.equal(session.state, "busy");
});
