// @ts-check
/**
 * One worker or two: whichever is quicker, found out by trying. What else the machine
 * does decides as much as the network, and changes: so it is tried again now and then.
 * Pure.
 */

/** Milliseconds for which a number of workers is tried, and for which it is then kept. */
export const TRY_MS = 500;
export const KEEP_MS = 10_000;

/** What two must be quicker by: they keep two cores busy. */
const GAIN = 1.1;

/** @typedef {1 | 2} Workers */

export function createPace() {
  /** Steps a millisecond, when last tried. */
  const speeds = { 1: 0, 2: 0 };
  let turn = fresh(1, false);

  /** @param {Workers} workers  @param {boolean} kept */
  function fresh(workers, kept) {
    return { workers, kept, steps: 0, ms: 0 };
  }

  return {
    /** How many are to go on. @param {boolean} ready  whether there are two */
    next(ready) {
      if (!ready && turn.workers === 2) turn = fresh(1, false);
      return turn.workers;
    },
    /**
     * That is what they did.
     * @param {number} steps
     * @param {number} ms
     * @param {boolean} ready
     */
    took(steps, ms, ready) {
      turn.steps += steps;
      turn.ms += ms;
      if (turn.ms < (turn.kept ? KEEP_MS : TRY_MS)) return;
      speeds[turn.workers] = turn.steps / turn.ms;
      /** @type {Workers} */
      const other = turn.workers === 1 ? 2 : 1;
      if (!ready) turn = fresh(1, false);
      else if (turn.kept || speeds[other] === 0) turn = fresh(other, false);
      else turn = fresh(speeds[2] > GAIN * speeds[1] ? 2 : 1, true);
    },
  };
}
