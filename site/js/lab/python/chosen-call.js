/**
 * Which call the panel shows, and which value of its output, in the address:
 * call=Conv2D.forward:2, the second one, and value=17. Pure.
 */

/** @import { Fields } from "../../shell/address.js" */
/** @import { Call } from "./client.js" */

/** Its last call returns the logits. */
const FIRST_SHOWN = "Dense.forward";

/**
 * Index of the call in the address; without a number, or of fewer calls, the last one.
 * @param {Call[]} calls
 * @param {string | null} field
 */
export function callAt(calls, field) {
  const [, name, number] = /^([^:]*):?(\d*)$/.exec(field ?? "") ?? [];
  const of = (/** @type {string} */ wanted) =>
    calls.flatMap((call, i) => (call.name === wanted ? [i] : []));
  const matches = of(name);
  if (matches.length === 0) return of(FIRST_SHOWN).at(-1) ?? 0;
  return matches[Number(number) - 1] ?? matches[matches.length - 1];
}

/** The address of a call. @param {Call[]} calls  @param {number} at  @returns {Fields} */
export function fieldsOf(calls, at) {
  const { name } = calls[at];
  const number = calls.slice(0, at + 1).filter((call) => call.name === name).length;
  return { call: `${name}:${number}`, value: null };
}

/**
 * Index of the value in the address; if the output has none there, of the largest one.
 * @param {Pick<Call, "shape" | "greatest">} call
 * @param {string | null} field
 */
export function numberOf({ shape, greatest }, field) {
  const size = shape.reduce((product, n) => product * n, 1);
  const isThere = field !== null && /^\d+$/.test(field) && Number(field) < size;
  return isThere ? Number(field) : Math.max(greatest, 0);
}
