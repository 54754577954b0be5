/** Fields in the page's address, over a stub of the browser's history. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createAddress, withFields } from "../../../site/js/shell/address.js";

/** The window's parts that the module uses: one entry per address. */
function stubWindow(hash) {
  const entries = [{ state: null, hash }];
  let popState;
  const write = (entry, url) => {
    location.hash = /#.*$/.exec(url)?.[0] ?? "";
    entry.hash = location.hash;
  };
  Object.assign(globalThis, {
    location: { pathname: "/page/", search: "?a=1", hash, href: `/page/?a=1${hash}` },
    addEventListener: (type, listener) => (popState = listener),
    history: {
      get state() {
        return entries.at(-1).state;
      },
      replaceState(state, _, url) {
        entries.at(-1).state = state;
        write(entries.at(-1), url);
      },
      pushState(state, _, url) {
        entries.push({ state });
        write(entries.at(-1), url);
      },
    },
  });
  return {
    entries,
    back() {
      entries.pop();
      location.hash = entries.at(-1).hash;
      popState();
    },
    follow(link) {
      entries.push({ state: null, hash: link });
      location.hash = link;
      popState();
    },
  };
}

let browser;
beforeEach(() => (browser = stubWindow("#view=learn&panel=tour")));

test("fields are added, replaced and removed, and the others stay", () => {
  const hash = "#view=learn&step=2&d=1A";
  assert.equal(withFields(hash, { step: "3", view: null, unit: "5" }), "#step=3&d=1A&unit=5");
  assert.equal(withFields("#step=2", { step: null }), "");
});

test("colons and commas stay readable", () => {
  const hash = withFields("", { settings: "preset:cnn,examples:1000" });
  assert.equal(hash, "#settings=preset:cnn,examples:1000");
});

test("back returns to a pushed field, not to a replaced one", () => {
  const address = createAddress();
  const heard = [];
  address.listen((isLink) => heard.push([isLink, address.get("panel"), address.get("step")]));

  address.set({ step: "1" });
  address.set({ panel: "train", step: null }, { push: true });
  assert.equal(address.href(), "/page/?a=1#view=learn&panel=train");
  browser.back();

  assert.deepEqual(heard, [[false, "tour", "1"]]);
});

test("the same fields make no entry", () => {
  const address = createAddress();
  address.set({ panel: "tour" }, { push: true });
  assert.equal(browser.entries.length, 1);
});

test("a listener learns whether a link was followed or Back pressed", () => {
  const address = createAddress();
  const heard = [];
  address.listen((isLink) => heard.push(isLink));

  browser.follow("#d=1A");
  address.set({ view: "learn" }, { push: true });
  browser.back();

  assert.deepEqual(heard, [true, false]);
});

for (const [old, hash] of [
  ["#lab", "#view=learn"],
  ["#lab-train", "#view=learn&panel=train"],
]) {
  test(`the earlier address ${old} opens ${hash}`, () => {
    browser = stubWindow(old);
    createAddress();
    assert.equal(location.hash, hash);
  });
}
