// @ts-check
/**
 * When to ask: as often as answers come, at most one question at a time, always about
 * the newest drawing. So answers come in order, and none is waited for that is old.
 */

/**
 * @template Question, Reply
 * @param {object} steps
 * @param {() => Question | null} steps.look  at the drawing as it is now; null: not now
 * @param {(question: Question) => Promise<Reply>} steps.ask
 * @param {(reply: Reply, last: boolean) => void} steps.show  last: nothing has changed since
 * @param {(error: unknown) => void} steps.fail
 * @param {number} [steps.pause]  milliseconds between questions while the pen moves, at
 *   most; half of that where answers are quick, so that other work goes on in between
 */
export function createLive({ look, ask, show, fail, pause = 8 }) {
  let changed = false; // since the last look
  let urgent = false; // no pause before the next look
  let asking = false;
  let epoch = 0; // answers to questions of an earlier one are not shown
  let lastLook = -Infinity;
  let took = pause; // milliseconds, from there to the answer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function next() {
    if (!changed || asking) return;
    clearTimeout(timer);
    const rest = Math.min(Math.max(pause / 2, 2 * took), pause);
    const wait = urgent ? 0 : lastLook + rest - performance.now();
    if (wait > 0) timer = setTimeout(next, wait);
    else question();
  }

  async function question() {
    const start = performance.now();
    const asked = look();
    changed = urgent = false;
    if (asked === null) return;
    asking = true;
    lastLook = start;
    const born = epoch;
    try {
      const reply = await ask(asked);
      took = performance.now() - start;
      if (born === epoch) show(reply, !changed);
    } catch (error) {
      if (born === epoch) fail(error);
    } finally {
      asking = false;
      next();
    }
  }

  return {
    /** The drawing changes; more may come soon. */
    touch() {
      changed = true;
      next();
    },
    /** The drawing has changed; ask as soon as may be. */
    settle() {
      changed = urgent = true;
      next();
    },
    /** Forget what was asked: its answer is about nothing that is still there. */
    forget() {
      epoch += 1;
      changed = urgent = false;
      clearTimeout(timer);
    },
  };
}
