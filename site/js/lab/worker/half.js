// @ts-check
/**
 * A worker's half of steps that two do together: between one turn of Python and the
 * next, numbers of its outbox go to the other worker, and the other's come to its inbox.
 */

import { plainError } from "../../worker/recognizer.js";

/** @typedef {any} PyProxy  a Python object, alive until `destroy` */
/** @typedef {{numbers: ArrayBuffer, last: boolean}} Message */

/**
 * @param {PyProxy} lab  of nnweb/page/lab/api.py
 * @param {MessagePort} port  to the other worker
 */
export function createHalf(lab, port) {
  /** @type {Message[]} */
  const arrived = [];
  /** @type {{resolve: (message: Message) => void, reject: (error: unknown) => void} | null} */
  let waiting = null;

  port.addEventListener("message", ({ data }) => {
    if (waiting === null) arrived.push(data);
    else {
      waiting.resolve(data);
      waiting = null;
    }
  });
  port.start();

  /** @returns {Promise<Message>} */
  function next() {
    const message = arrived.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => (waiting = { resolve, reject }));
  }

  /** @param {0 | 1} rank */
  function boxes(rank) {
    const pair = lab.share(rank);
    const arrays = [pair.get(0), pair.get(1)];
    pair.destroy();
    const share = () => arrays.map((array) => array.getBuffer("f32"));
    let buffers = share();
    const release = () => buffers.forEach((buffer) => buffer.release());
    return {
      /** Where they are now: when memory grows, all views of it become empty. */
      views() {
        if (buffers[0].data.length === 0) {
          release();
          buffers = share();
        }
        return buffers.map(({ data }) => data);
      },
      close() {
        release();
        for (const array of arrays) array.destroy();
      },
    };
  }

  /**
   * Steps, together with the other worker, which calls this too.
   * @param {0 | 1} rank  0 says which step is the last
   * @param {() => boolean} isLast
   * @param {() => void} onTurn  called while the other's numbers are awaited
   */
  async function stretch(rank, isLast, onTurn) {
    const { views, close } = boxes(rank);
    const turn = lab.turn;
    try {
      for (let last = false; ; ) {
        const count = turn(last);
        if (count === 0) return;
        if (rank === 0) last = isLast();
        const numbers = views()[0].slice(0, count).buffer;
        port.postMessage({ numbers, last }, [numbers]);
        onTurn();
        const theirs = await next();
        views()[1].set(new Float32Array(theirs.numbers));
        if (rank === 1) last = theirs.last;
      }
    } catch (error) {
      throw plainError(error);
    } finally {
      turn.destroy();
      close();
    }
  }

  return {
    stretch,
    /** The other one is lost. @param {unknown} error */
    close(error) {
      port.close();
      waiting?.reject(error);
      waiting = null;
    },
  };
}
