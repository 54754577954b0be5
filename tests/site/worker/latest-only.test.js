/** One request at a time, always about the newest drawing. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createLive } from "../../../site/js/worker/latest-only.js";

/** Runs everything that is already resolved or due. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function createScene() {
  const log = [];
  const unanswered = [];
  const scene = {
    log,
    drawing: 0,
    async reply(value) {
      unanswered.shift().resolve(value);
      await turn();
    },
    async reject(error) {
      unanswered.shift().reject(error);
      await turn();
    },
  };
  scene.live = createLive({
    look: () => scene.drawing,
    ask(request) {
      log.push(`ask ${request}`);
      return new Promise((resolve, reject) => unanswered.push({ resolve, reject }));
    },
    show: (reply, last) => log.push(`show ${reply}${last ? " last" : ""}`),
    fail: (error) => log.push(`fail ${error.message}`),
    pause: 0,
  });
  return scene;
}

/** @type {ReturnType<typeof createScene>} */
let scene;

beforeEach(() => {
  scene = createScene();
});

test("only one request is pending, and the next is about the newest drawing", async () => {
  for (scene.drawing of [1, 2, 3]) scene.live.touch();
  await scene.reply("a");
  scene.drawing = 4;
  scene.live.settle();
  await scene.reply("b");
  await scene.reply("c");

  assert.deepEqual(scene.log, [
    "ask 1",
    "show a",
    "ask 3",
    "show b",
    "ask 4",
    "show c last",
  ]);
});

test("a reply is dropped if the drawing was cleared after the request", async () => {
  scene.drawing = 1;
  scene.live.settle();
  scene.live.forget();
  await scene.reply("old");
  scene.drawing = 2;
  scene.live.settle();
  await scene.reply("new");

  assert.deepEqual(scene.log, ["ask 1", "ask 2", "show new last"]);
});

test("after an error the next request is sent", async () => {
  scene.drawing = 1;
  scene.live.settle();
  scene.drawing = 2;
  scene.live.settle();
  await scene.reject(Error("no"));
  await scene.reply("b");

  assert.deepEqual(scene.log, ["ask 1", "fail no", "ask 2", "show b last"]);
});

test("a round without a request asks nothing", async () => {
  scene.drawing = null;
  scene.live.settle();
  await turn();
  scene.drawing = 1;
  scene.live.settle();

  assert.deepEqual(scene.log, ["ask 1"]);
});

/** Replaces the clock by one that only replies and timers advance. */
function mockClock(t) {
  const clock = { now: 1e6, waits: [], ring: () => {} };
  t.mock.method(performance, "now", () => clock.now);
  t.mock.method(globalThis, "setTimeout", (next, ms) => {
    clock.waits.push(ms);
    clock.ring = () => {
      clock.now += ms;
      next();
    };
  });
  return clock;
}

test("requests pause while the pen moves, but not once it is lifted", async (t) => {
  const clock = mockClock(t);
  let asked = 0;
  const live = createLive({
    look: () => 1,
    ask: async () => (asked += 1),
    show() {},
    fail() {},
    pause: 10_000,
  });

  for (let i = 0; i < 5; i += 1) {
    live.touch();
    clock.now += 2;
    await turn();
  }
  const askedWhileMoving = asked;
  live.settle();
  await turn();

  assert.deepEqual([askedWhileMoving, asked], [1, 2]);
});

for (const [took, interval] of [
  [0, 500],
  [100, 500],
  [400, 800],
  [600, 1000],
  [5000, 1000],
]) {
  test(`an answer of ${took} ms makes requests ${interval} ms apart`, async (t) => {
    const clock = mockClock(t);
    let asked = 0;
    const live = createLive({
      look: () => 1,
      ask: async () => {
        asked += 1;
        clock.now += took;
      },
      show() {},
      fail() {},
      pause: 1000,
    });

    live.touch();
    live.touch(); // as the pen moves on before the answer
    await turn();
    const waits = took < interval ? [interval - took] : [];
    assert.deepEqual(clock.waits, waits);
    assert.equal(asked, 2 - waits.length);

    clock.ring();
    await turn();
    assert.equal(asked, 2);
  });
}
