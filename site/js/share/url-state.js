/**
 * The drawing in the page's address, with the settings that reproduce its answer:
 * #d=<drawing>&network=<name of a shipped network>&fit=<digit or canvas>&mode=number
 * &fixed=<strokes by index>:<part>:<character>,... (corrected characters). Pure.
 *
 * Browsers do not send the hash to a server. Default settings are left out.
 */

import { decode, encode } from "../pad/drawing-codec.js";
import { withIndices } from "../pad/drawing-json.js";

/** @import { Fields } from "../shell/address.js" */
/** @import { Fit } from "../worker/protocol.js" */
/** @import { Fixed, Stroke } from "../pad/strokes.js" */
/**
 * @typedef {object} Shared
 * @property {Stroke[]} strokes
 * @property {Fixed[]} [fixed]
 * @property {string | null} network  null: the page's first network
 * @property {Fit | null} fit  null: the network's default
 * @property {"digit" | "number"} mode  what the drawing is read as
 */

/** @type {Fit[]} */
const FITS = ["digit", "canvas"];

/** The fields of an address without a drawing. @type {Fields} */
export const NO_DRAWING = { d: null, network: null, fit: null, mode: null, fixed: null };

/** One of `fixed`. */
const CORRECTION = /(\d+(?:\.\d+)*):(\d+):([-/.,:\d])(?:,|$)/gy;

/** @param {Shared} shared  @returns {Fields}  of the address */
export const toFields = ({ strokes, fixed = [], network, fit, mode }) => ({
  d: encode(strokes),
  network,
  fit,
  mode: mode === "number" ? mode : null,
  fixed: formatFixed(fixed, strokes) || null,
});

/** @param {Fixed[]} fixed  @param {Stroke[]} strokes */
const formatFixed = (fixed, strokes) =>
  withIndices(fixed, strokes)
    .map((one) => `${one.strokes.join(".")}:${one.part}:${one.text}`)
    .join();

/** Returns none if one is damaged. @param {string} text  @param {Stroke[]} strokes */
function parseFixed(text, strokes) {
  const found = [...text.matchAll(CORRECTION)];
  const fixed = found.map(([, indices, part, character]) => ({
    strokes: indices.split(".").map((index) => strokes[Number(index)]),
    part: Number(part),
    text: character,
  }));
  return formatFixed(fixed, strokes) === text ? fixed : [];
}

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
  const strokes = decode(drawing);
  const fixed = parseFixed(fields.get("fixed") ?? "", strokes);
  return { strokes, fixed, network: fields.get("network"), fit, mode };
}
