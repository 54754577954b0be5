/** What drawings can be labelled as, and which of them a network can be taught. Pure. */

import { haveDigits, NO_LABEL } from "../../text/labels.js";

/** @import { Description } from "../../worker/protocol.js" */

/** Drawings that a symbol needs which the network does not know. */
export const NEEDED = 10;

/** Characters of a label. */
export const LONGEST_LABEL = 20;

/** Whether it can be a line's first value in a CSV file. @param {unknown} label */
export const isLabel = (label) =>
  ["string", "number"].includes(typeof label) &&
  /^[^\s,"]([^,"\r\n]*[^\s,"])?$/u.test(String(label)) &&
  String(label).length <= LONGEST_LABEL;

/** How many drawings there are of each label. @param {{label: string}[]} drawings */
export function countLabels(drawings) {
  const counts = /** @type {Map<string, number>} */ (new Map());
  for (const { label } of drawings) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/**
 * MNIST's digits are mixed in, so the network must know these.
 * @template {{label: string}} Drawing
 * @param {Drawing[]} drawings
 * @param {Pick<Description, "labels" | "can_reject">} network
 */
export function teachable(drawings, { labels, can_reject }) {
  if (!haveDigits(labels)) return [];
  const counts = countLabels(drawings);
  return drawings.filter(({ label }) =>
    label === NO_LABEL
      ? can_reject
      : labels.includes(label) || Number(counts.get(label)) >= NEEDED,
  );
}
