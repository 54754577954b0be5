/** The tour's copy of the network in use, with a fake worker. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createTourClient } from "../../../../site/js/lab/tour/client.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const picture = { pixels: new ArrayBuffer(4), width: 1, height: 1, fit: "digit" };

/** A client whose worker replies when the test says so; `log` has the requests. */
function fakeClient() {
  const log = [];
  const pending = [];
  const source = { name: "in training", read: async () => new ArrayBuffer(1) };
  const worker = {
    ask(_, { method }) {
      log.push(method);
      return new Promise((resolve) => pending.push(resolve));
    },
    listen() {},
  };
  const client = createTourClient({ source: () => source }, worker);
  return {
    log,
    client,
    look: () => client.look({ picture, drawn: picture }),
    async reply() {
      await settle();
      pending.shift()({});
      await settle();
    },
  };
}

test("a network is opened once for several drawings", async () => {
  const { log, look, reply } = fakeClient();
  for (const replies of [2, 1]) {
    const looked = look();
    for (let i = 0; i < replies; i += 1) await reply();
    await looked;
  }

  assert.deepEqual(log, ["open", "look", "look"]);
});

test("a network with newer weights is opened again, also if it was being opened", async () => {
  const { log, client, look, reply } = fakeClient();
  const first = look();
  await settle();
  client.forget(); // the page has newer weights
  await reply();
  await reply();
  await first;

  const second = look();
  await reply();
  await reply();
  await second;

  assert.deepEqual(log, ["open", "look", "open", "look"]);
});
