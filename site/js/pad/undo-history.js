// @ts-check
/** What was there before, and what was taken back: a line of values. Pure. */

/** Steps that can be taken back. More would keep old pictures in memory. */
const LIMIT = 100;

/**
 * A value that changes by whole new values, none of which is changed itself.
 * @template Value
 * @param {Value} first
 * @param {number} [limit]  steps that can be taken back
 */
export function createHistory(first, limit = LIMIT) {
  let line = [first];
  let at = 0;

  const step = (/** @type {number} */ to) => {
    if (line[to] === undefined) return false;
    at = to;
    return true;
  };

  return {
    now: () => line[at],
    /** A new value; what had been taken back is gone. @param {Value} next */
    push(next) {
      if (next === line[at]) return;
      line = [...line.slice(0, at + 1), next].slice(-limit - 1);
      at = line.length - 1;
    },
    undo: () => step(at - 1),
    redo: () => step(at + 1),
    canUndo: () => at > 0,
    canRedo: () => at < line.length - 1,
  };
}
