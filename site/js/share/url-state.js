/**
 * The drawing in the page's address, with the settings that reproduce its answer:
 * #d=<drawing>&network=<name of a shipped network>&fit=<digit or canvas>&mode=number. Pure.
 *
 * Browsers do not send the hash to a server. Default settings are left out.
 */

import { decode, encode } from "../pad/drawing-codec.js";

/** @import { Fields } from "../shell/address.js" */
/** @import { Fit } from "../worker/protocol.js" */
/** @import { Stroke } from "../pad/strokes.js" */
/**
 * @typedef {object} Shared
 * @property {Stroke[]} strokes
 * @property {string | null} network  null: the page's first network
 * @property {Fit | null} fit  null: the network's default
 * @property {"digit" | "number"} mode  what the drawing is read as
 */

/** @type {Fit[]} */
const FITS = ["digit", "canvas"];

/** The fields of an address without a drawing. @type {Fields} */
export const NO_DRAWING = { d: null, network: null, fit: null, mode: null };

/** @param {Shared} shared  @returns {Fields}  of the address */
export const toFields = ({ strokes, network, fit, mode }) => ({
  d: encode(strokes),
  network,
  fit,
  mode: mode === "number" ? mode : null,
});

/**
 * @param {string} hash
 * @returns {Shared | null}  null: it has no drawing
 * @throws {import("../pad/drawing-codec.js").BadLink}
 */
export function parseHash(hash) {
  const fields = new URLSearchParams(hash.slice(1));
  const drawing = fields.get("d");
  if (drawing === null) return null;
  const fit = FITS.find((known) => known === fields.get("fit")) ?? null;
  const mode = fields.get("mode") === "number" ? "number" : "digit";
  return { strokes: decode(drawing), network: fields.get("network"), fit, mode };
}
