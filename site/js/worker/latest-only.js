/**
 * Sends at most one request at a time, always about the newest drawing: answers arrive in
 * order, and none is awaited that is already out of date.
 */

/**
 * @template Request, Reply
 * @param {object} steps
 * @param {() => Request | null} steps.look  returns the current request, or null to skip
 *   this round
 * @param {(request: Request) => Promise<Reply>} steps.ask
 * @param {(reply: Reply, last: boolean) => void} steps.show  last: nothing has changed
 *   since the request
 * @param {(error: unknown) => void} steps.fail
 * @param {number} [steps.pause]  longest pause between requests while the pen moves, in
 *   milliseconds; as little as half of it if answers are quick, so that other work can run
 */
export function createLive({ look, ask, show, fail, pause = 8 }) {
  let changed = false; // since the last request
  let urgent = false; // skip the pause before the next request
  let pending = false;
  let epoch = 0; // replies to requests of an earlier epoch are dropped
  let lastLook = -Infinity;
  let took = pause; // milliseconds that the last reply took
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function schedule() {
    if (!changed || pending) return;
    clearTimeout(timer);
    const interval = Math.min(Math.max(pause / 2, 2 * took), pause);
    const wait = urgent ? 0 : lastLook + interval - performance.now();
    if (wait > 0) timer = setTimeout(schedule, wait);
    else send();
  }

  async function send() {
    const start = performance.now();
    const request = look();
    changed = urgent = false;
    if (request === null) return;
    pending = true;
    lastLook = start;
    const sentIn = epoch;
    try {
      const reply = await ask(request);
      took = performance.now() - start;
      if (sentIn === epoch) show(reply, !changed);
    } catch (error) {
      if (sentIn === epoch) fail(error);
    } finally {
      pending = false;
      schedule();
    }
  }

  return {
    /** The drawing has changed and may change again soon. */
    touch() {
      changed = true;
      schedule();
    },
    /** The drawing has changed; send a request without a pause. */
    settle() {
      changed = urgent = true;
      schedule();
    },
    /** Drop the pending reply: the drawing that it is about is gone. */
    forget() {
      epoch += 1;
      changed = urgent = false;
      clearTimeout(timer);
    },
  };
}
