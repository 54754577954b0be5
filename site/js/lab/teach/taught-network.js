/**
 * The network of a lesson on the page: in use while it learns, with its newest weights, and
 * after the lesson until it is dropped.
 */

import * as words from "./text.js";

/** @import { Source } from "../../networks/sources.js" */
/** @import { Description } from "../../worker/protocol.js" */
/** @import { Page } from "../lab.js" */
/** The network that a lesson starts from. @typedef {{source: Source, network: Description}} Base */

/** Minimum interval between two updates of the weights. */
const INTERVAL_MS = 1000;

/**
 * @param {Page} page
 * @param {Pick<ReturnType<typeof import("./fine-tune.js").createFineTuning>, "newest">} tuning
 * @param {() => number} [now]  milliseconds
 */
export function createTaughtNetwork(page, tuning, now = () => performance.now()) {
  let base = /** @type {Base | null} */ (null);
  let isUsed = false; // by the page, or about to be
  let isOpening = false; // the page is reading the weights
  let isOld = false; // what it is reading
  let updatedAt = 0;

  /** @type {Source} */
  const learning = { name: words.TAUGHT_HERE, size: 0, read: () => tuning.newest() };
  /** What lessons have made. */
  const made = new Set([learning]);

  page.onNetwork((source) => {
    isUsed = source === learning;
    if (!isUsed) return;
    isOpening = false;
    if (isOld) use();
  });

  function use() {
    [isUsed, isOpening, isOld] = [true, true, false];
    updatedAt = now();
    page.choose(learning);
  }

  /** What the next lesson starts from: the network in use, unless a lesson has made it. */
  function next() {
    const [source, network] = [page.source(), page.network()];
    if (made.has(source)) return base;
    return network === null ? null : { source, network };
  }

  return {
    /** What the lesson started from. */
    get base() {
      return base;
    },
    next,
    begin: () => (base = next()),
    /** The lesson begins to learn: its network answers the pad. */
    use,
    /** There are newer weights, or the last ones. @param {boolean} isLast */
    refresh(isLast) {
      if (!isUsed || (!isLast && now() - updatedAt < INTERVAL_MS)) return;
      if (isOpening) isOld = true;
      else use();
    },
    /** The lesson's network is kept: the page uses it as what it is now. @param {Source} kept */
    keep(kept) {
      made.add(kept);
      page.choose(kept);
    },
    /** The page uses the base again. */
    drop() {
      if (base !== null && made.has(page.source())) page.choose(base.source);
    },
  };
}
