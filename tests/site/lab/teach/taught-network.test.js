/** The lesson's network on the page, with a fake page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createTaughtNetwork } from "../../../../site/js/lab/teach/taught-network.js";

const BASE = { name: "cnn" };

/** A page that opens a network when the test says so. */
function fakePage() {
  const listeners = [];
  const chosen = [];
  let source = BASE;
  return {
    chosen,
    network: () => ({ name: source.name, labels: [] }),
    source: () => source,
    choose: (next) => chosen.push(next),
    onNetwork: (listener) => listeners.push(listener),
    open(next = chosen.at(-1)) {
      source = next;
      for (const listener of listeners) listener(next);
    },
  };
}

/** A page, and the lesson's network on it; `time.now` is the time. */
function begun() {
  const time = { now: 0 };
  const page = fakePage();
  const taught = createTaughtNetwork(page, { newest: async () => null }, () => time.now);
  assert.equal(taught.begin().source, BASE);
  taught.use();
  return { page, taught, time };
}

test("the page reads the newest weights once a second, and the last ones", () => {
  const { page, taught, time } = begun();
  page.open();
  taught.refresh(false);
  assert.equal(page.chosen.length, 1);

  time.now = 1001;
  taught.refresh(false);
  assert.equal(page.chosen.length, 2);
  taught.refresh(true); // while the page is still reading
  assert.equal(page.chosen.length, 2);
  page.open();
  assert.equal(page.chosen.length, 3);
});

test("a lesson that ends before the page has opened its network is not missed", () => {
  const { page, taught } = begun();

  taught.refresh(true);
  page.open();

  assert.equal(page.chosen.length, 2);
});

test("a network that the person chooses stays", () => {
  const { page, taught, time } = begun();
  page.open();
  const mlp = { name: "mlp" };
  page.open(mlp);
  time.now = 5000;

  taught.refresh(true);
  taught.drop();

  assert.equal(page.chosen.length, 1);
  assert.equal(taught.base.source, BASE);
  assert.equal(taught.next().source, mlp);
});

test("the next lesson starts from the same network, and dropping returns to it", () => {
  const { page, taught } = begun();
  page.open();
  assert.equal(taught.next().source, BASE);
  const kept = { name: "kept" };
  taught.keep(kept);
  page.open();
  assert.equal(taught.next().source, BASE);

  taught.drop();

  assert.equal(page.chosen.at(-1), BASE);
});
