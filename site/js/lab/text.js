/** Texts of the lab, with those of the page. Pure. */

import * as say from "../say/lab.js";
import { haveSame } from "../text/labels.js";
import { fill, LOCALE, short, whole } from "../text/page.js";

export * from "../say/lab.js";
export * from "../text/page.js";

/** @param {number} seconds */
export function leftOver(seconds) {
  const few = seconds < 100;
  const count = Math.ceil(few ? seconds : seconds / 60);
  return fill(few ? say.SECONDS_LEFT : say.MINUTES_LEFT, { count });
}

// --- Networks

/** @import { Description } from "../worker/protocol.js" */

/** @param {string} about  @param {number} bytes  @param {number} when  Date.now() */
export const savedFacts = (about, bytes, when) =>
  fill(say.SAVED_FACTS, {
    about,
    size: short.format(bytes / 1e6),
    when: new Date(when).toLocaleDateString(LOCALE),
  });

/**
 * Why two networks may answer differently, and at how many labels they do.
 * @param {Description} first
 * @param {Description} second
 * @param {number} count
 */
export function differenceWords(first, second, count) {
  if (!haveSame(first.labels, second.labels)) return say.OTHER_LABELS;
  if (first.fit === second.fit) return fill(say.SAME_INPUT, { count });
  const [drawn, centred] = first.fit === "canvas" ? [first, second] : [second, first];
  return fill(say.OTHER_INPUT, { drawn: drawn.name, centred: centred.name, count });
}

// --- Numbers

const four = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });

/** @param {number} value */
export const number = (value) => four.format(value === 0 ? 0 : value); // no "-0"

/** @param {number[]} shape */
export const sizes = (shape) => shape.map((size) => whole.format(size)).join(" \u00d7 ");
