// @ts-check
/**
 * The drawings of which a person has said what they are: kept on this device and nowhere
 * else. One list for all of the page; where the browser keeps nothing, it lasts as long
 * as the page does. No DOM but for the pictures under drawings.
 */

import { decoded } from "../../input/read-drawing.js";
import * as store from "../storage.js";

/** @typedef {import("../../pad/strokes.js").Drawing} Drawing */
/** @typedef {import("../../pad/strokes.js").Stroke} Stroke */
/** @typedef {{label: string, strokes: Stroke[], picture: string | null}} Labelled  the picture a data URL */
/** @typedef {Labelled & {id: string}} Kept */

/** So many are shown and taught at once; more would be a data set. */
export const MOST = 1000;

const DRAWER = "drawings";

/** @type {Map<string, Kept>} */
const list = new Map();
/** @type {(() => void)[]} */
const listeners = [];
/** @type {unknown} */
let problem = null;
/** @type {Promise<void> | null} */
let loading = null;
let count = 0;

/** Why nothing is kept beyond this visit, or null. */
export const unkept = () => problem;

/** In the order in which they came. */
export const all = () => [...list.values()];

/** @param {() => void} listener  called after each change */
export const onChange = (listener) => listeners.push(listener);

function changed() {
  for (const listener of listeners) listener();
}

/** Have those of earlier visits, once. */
export function load() {
  loading ??= within(async () => {
    const kept = /** @type {Kept[]} */ (await store.readAll(DRAWER));
    const later = all();
    list.clear();
    for (const one of [...kept, ...later]) list.set(one.id, one);
    changed();
  });
  return loading;
}

/** Do something with the drawer; where that fails, the list in memory has to do. */
async function within(/** @type {() => Promise<unknown>} */ act) {
  try {
    await act();
    problem = null;
  } catch (error) {
    problem = error;
  }
}

/**
 * @param {Drawing} drawing
 * @param {string} label
 * @returns {Labelled}
 */
export const labelled = ({ strokes, picture }, label) => ({
  label,
  strokes,
  picture: picture?.toDataURL() ?? null,
});

/** The drawing itself. @param {Labelled} one  @returns {Promise<Drawing>} */
export const drawingOf = async ({ strokes, picture }) => ({
  strokes,
  picture: picture === null ? null : await decoded(picture),
});

/**
 * Some more; resolves once they are safe, or cannot be.
 * @param {Labelled[]} some
 * @returns {Promise<Kept[]>}
 */
export async function add(some) {
  await load();
  const when = String(Date.now()).padStart(15, "0");
  const kept = some.map((one) => {
    count += 1;
    const id = `${when} ${String(count).padStart(6, "0")}`;
    return { ...one, id };
  });
  await put(kept);
  return kept;
}

/** Those, again or for the first time. @param {Kept[]} some */
export async function put(some) {
  for (const one of some) list.set(one.id, one);
  changed();
  const entries = some.map((one) => /** @type {[string, Kept]} */ ([one.id, one]));
  await within(() => store.write(DRAWER, ...entries));
}

/** @param {string} id  @param {string} label */
export async function relabel(id, label) {
  const one = list.get(id);
  if (one !== undefined) await put([{ ...one, label }]);
}

/** @param {Kept[]} some */
export async function remove(some) {
  for (const { id } of some) list.delete(id);
  changed();
  await within(() => store.remove(DRAWER, ...some.map(({ id }) => id)));
}
