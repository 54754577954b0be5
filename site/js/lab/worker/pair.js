// @ts-check
/**
 * The lab's worker and its helper, who do each step of a training together. Started
 * beside a training that goes on; once it is ready, stretches of steps may be done by
 * both. A helper that is lost loses nothing: its last stretch has then never been.
 */

import { createEngine } from "../../worker/worker-client.js";
import { createHalf } from "./half.js";

/** @typedef {import("./py-object.js").Facade} Facade */
/**
 * Gives all digits of the training to a function that takes a block, and says how many
 * more are wanted.
 * @typedef {(take: (split: string, images: ArrayBuffer, labels: ArrayBuffer)
 *   => Promise<number>) => Promise<void>} Feed
 */

/** Seconds of silence after which a helper counts as dead. */
const PATIENCE_S = 20;

/** A worker that the page makes: see lend.js. @param {string | URL} url */
function borrow(url) {
  const { port1, port2 } = new MessageChannel();
  postMessage({ type: "lend", url: String(url), port: port2 }, { transfer: [port2] });
  port1.start();
  return Object.assign(port1, {
    terminate() {
      port1.close();
      postMessage({ type: "return" });
    },
  });
}

/** @param {Facade} lab  @param {Feed} feed */
export function createPair(lab, feed) {
  const { port1, port2 } = new MessageChannel();
  const half = createHalf(lab.object, port1);
  const helper = createEngine({
    url: new URL("./helper.js", import.meta.url),
    make: borrow,
    onDeath: drop,
    patience: PATIENCE_S,
  });
  let ready = false;
  let lost = false;
  let stale = true; // it has not the state that the worker has

  const checkpoint = () => lab("checkpoint").buffer;

  async function start() {
    const state = checkpoint();
    await helper.ask("open", { checkpoint: state, port: port2 }, [state, port2]);
    await feed((split, images, labels) =>
      helper.ask("feed", { split, images, labels }, [images, labels]),
    );
    await helper.ask("begin", {});
    ready = true;
  }

  /** Let it go. @param {unknown} why */
  function drop(why) {
    if (lost) return;
    lost = true;
    half.close(why);
    helper.dispose();
  }

  const started = start().catch(drop); // then one worker does it, as before

  return {
    /** Settles once it is known whether there are two. */
    started,
    get ready() {
      return ready && !lost;
    },
    drop,
    /** The worker did something without it. */
    outdate() {
      stale = true;
    },
    /**
     * Do steps together until one is the last. Where it fails the helper is lost, and
     * Python is to be told.
     * @param {() => boolean} isLast
     * @param {() => void} onTurn
     */
    async stretch(isLast, onTurn) {
      try {
        if (stale) {
          const state = checkpoint();
          await helper.ask("catchUp", { checkpoint: state }, [state]);
          stale = false;
        }
        const theirs = helper.ask("stretch", {});
        theirs.catch(drop);
        await half.stretch(0, isLast, onTurn);
        await theirs;
      } catch (error) {
        drop(error);
        throw error;
      }
    },
  };
}
