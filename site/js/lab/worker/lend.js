// @ts-check
/**
 * The page makes the helper of the lab's worker (pair.js), for the worker must not: in
 * Firefox (153) `new Worker` in a worker now and then never returns, and with it hangs all
 * that this worker does. The two then talk by a port of their own.
 *
 *   worker -> page   {type: "lend", url, port: MessagePort}   it is to answer there
 *                    {type: "return"}                         it is to go
 */

import { createEngine } from "../../worker/worker-client.js";

/** @param {(reason: string) => void} onLost  what is lent has died, once */
export function createLending(onLost) {
  /** @type {ReturnType<typeof createEngine> | null} */
  let lent = null;

  return {
    /** Make a helper, in place of one before. @param {string} url  @param {MessagePort} port */
    lend(url, port) {
      lent?.dispose();
      lent = createEngine({ url, onDeath: ({ message }) => onLost(message) });
      lent.ask("answer", { port }, [port]).catch(() => {}); // its death is told above
    },
    /** It is no longer wanted, or who wanted it is gone. */
    end: () => lent?.dispose(),
  };
}
