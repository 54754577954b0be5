// @ts-check
/**
 * The drawing in the page's address, and what it takes to get the same answer there:
 * #d=<drawing>&network=<name of a shipped one>&fit=<digit or canvas>. Pure.
 *
 * What follows the # is not sent to any server. The last two are left out where they
 * are what the page begins with.
 */

import { decode, encode } from "../pad/drawing-codec.js";

/** @typedef {import("../worker/protocol.js").Fit} Fit */
/** @typedef {import("../pad/strokes.js").Stroke} Stroke */
/**
 * @typedef {object} Shared
 * @property {Stroke[]} strokes
 * @property {string | null} network  null: the one that the page begins with
 * @property {Fit | null} fit  null: the network's own
 */

/** @type {Fit[]} */
const FITS = ["digit", "canvas"];

/**
 * @param {Shared} shared
 * @returns {string}  the hash, # included
 */
export function hashOf({ strokes, network, fit }) {
  const parts = [`d=${encode(strokes)}`];
  if (network !== null) parts.push(`network=${encodeURIComponent(network)}`);
  if (fit !== null) parts.push(`fit=${fit}`);
  return `#${parts.join("&")}`;
}

/**
 * @param {string} hash
 * @returns {Shared | null}  null: it holds no drawing, nor means to
 * @throws {import("../pad/drawing-codec.js").BadLink}
 */
export function sharedIn(hash) {
  const fields = new URLSearchParams(hash.slice(1));
  const drawing = fields.get("d");
  if (drawing === null) return null;
  const fit = FITS.find((known) => known === fields.get("fit")) ?? null;
  return { strokes: decode(drawing), network: fields.get("network"), fit };
}
