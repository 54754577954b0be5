/** Requests, notifications and their handlers, over a real MessageChannel. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";

import { reportBootFailure, serve } from "../../../site/js/worker/protocol.js";

/** A channel whose one end serves these handlers; the messages that it sends back. */
function served(requests, notifications, unreadable) {
  const { port1, port2 } = new MessageChannel();
  serve(port2, requests, notifications, unreadable);
  port2.start();
  const messages = [];
  port1.on("message", (message) => messages.push(message));
  const serving = once(port1, "message").then(() => messages.shift());
  const until = async (count) => {
    assert.deepEqual(await serving, { type: "serving" });
    while (messages.length < count) await once(port1, "message");
    port1.close();
    return messages;
  };
  return { port: port1, worker: port2, until };
}

test("every request gets exactly one reply, whatever its handler does", async () => {
  const { port, until } = served({
    add: ({ a, b }) => a + b,
    nothing: () => undefined,
    async fail() {
      throw new RangeError("too far");
    },
    odd() {
      throw "a string";
    },
    uncloneable: () => () => {},
  });
  const types = ["add", "nothing", "fail", "odd", "toString", "uncloneable"];
  types.forEach((type, id) => port.postMessage({ id, type, a: 2, b: 3 }));

  const replies = (await until(6)).toSorted((a, b) => a.id - b.id);

  assert.deepEqual(replies.slice(0, 5), [
    { id: 0, ok: true, value: 5 },
    { id: 1, ok: true, value: undefined },
    { id: 2, ok: false, error: { name: "RangeError", message: "too far" } },
    { id: 3, ok: false, error: { name: "Error", message: "a string" } },
    {
      id: 4,
      ok: false,
      error: { name: "TypeError", message: 'unknown request "toString"' },
    },
  ]);
  assert.equal(replies[5].ok, false);
});

test("a notification is handled and not replied to", async () => {
  const heard = [];
  const { port, until } = served({ last: () => "done" }, { file: (it) => heard.push(it) });
  port.postMessage({ type: "file", name: "a.wasm" });
  port.postMessage({ type: "unheard of" });
  port.postMessage({ id: 7, type: "last" });

  assert.deepEqual(await until(1), [{ id: 7, ok: true, value: "done" }]);
  assert.deepEqual(heard, [{ name: "a.wasm" }]);
});

test("a message that cannot be deserialized is noticed, and serving goes on", async () => {
  let broken = 0;
  const { port, worker, until } = served({ ping: () => "pong" }, {}, () => (broken += 1));
  worker.dispatchEvent(new Event("messageerror"));
  port.postMessage({ id: 1, type: "ping" });

  assert.deepEqual(await until(1), [{ id: 1, ok: true, value: "pong" }]);
  assert.equal(broken, 1);
});

test("a Python that does not start is reported without being asked", async () => {
  const { worker, until } = served({});
  reportBootFailure(worker, Promise.reject(new RangeError("no memory")));

  const error = { name: "RangeError", message: "no memory" };
  assert.deepEqual(await until(1), [{ type: "bootFailed", error }]);
});
