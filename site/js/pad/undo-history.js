/** Undo/redo history of immutable values. Pure. */

/** Undo steps; more would keep old pictures in memory. */
const LIMIT = 100;

/**
 * @template Value
 * @param {Value} first
 * @param {number} [limit]  undo steps
 */
export function createHistory(first, limit = LIMIT) {
  let values = [first];
  let current = 0;

  const step = (/** @type {number} */ to) => {
    if (values[to] === undefined) return false;
    current = to;
    return true;
  };

  return {
    now: () => values[current],
    /** Add a value and drop those that could be redone. @param {Value} next */
    push(next) {
      if (next === values[current]) return;
      values = [...values.slice(0, current + 1), next].slice(-limit - 1);
      current = values.length - 1;
    },
    undo: () => step(current - 1),
    redo: () => step(current + 1),
    canUndo: () => current > 0,
    canRedo: () => current < values.length - 1,
  };
}
