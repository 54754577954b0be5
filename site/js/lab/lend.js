// @ts-check
/**
 * The page makes the helper of the lab's worker (pair.js), for the worker must not: in
 * Firefox (153) one `new Worker` of a few hundred in a worker never returns, and with it
 * hangs all that this worker does. The two then talk by a port of their own.
 *
 *   worker -> page   {type: "lend", url, port: MessagePort}   it is to answer there
 *                    {type: "return"}                         it is to go
 *   page -> helper   {port}   the first and last that it hears of the page
 */

/** @param {(reason: string) => void} onLost  what is lent has died, once */
export function createLending(onLost) {
  /** @type {Worker | null} */
  let lent = null;

  function end() {
    lent?.terminate();
    lent = null;
  }

  return {
    /** Make a helper, in place of one before. @param {string} url  @param {MessagePort} port */
    lend(url, port) {
      end();
      const helper = new Worker(url, { type: "module", name: "nnweb" });
      helper.addEventListener("error", (event) => {
        event.preventDefault(); // it is told in words
        if (helper !== lent) return;
        end();
        onLost(event.message || "its program could not be loaded");
      });
      helper.postMessage({ port }, [port]);
      lent = helper;
    },
    /** It is no longer wanted, or who wanted it is gone. */
    end,
  };
}
