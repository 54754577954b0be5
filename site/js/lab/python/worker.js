// @ts-check
/**
 * The workshop's worker: a Python of its own, for what a person writes. Whatever becomes
 * of it, the one that answers the pad is another.
 *
 *   "open"       {weights: ArrayBuffer}                    -> Description
 *   "recognize"  Picture                                   -> Recognized
 *   "ran"        {picture: Picture | undefined}            -> Ran
 *   "show"       {index, at}  a call of those that ran     -> Shown
 *   "text"       {index}      its source, to be edited     -> string
 *   "colour"     {text}                                    -> Piece[][]
 *   "edit"       {key, text}                               -> Fault | undefined
 *   "reset"      {key}        "": all                      -> nothing
 *   "changed"    {}                                        -> string[]
 *   "run"        {text, strokes, picture}                  -> Done
 *   "suggest"    {text}                                    -> Suggestion
 *
 * Without being asked it tells {type: "printed", text} while something runs.
 */

import { ownPort, reportBootFailure, serve } from "../../worker/protocol.js";
import { startPython } from "../../worker/start-python.js";

/** @typedef {import("../../worker/protocol.js").Picture} Picture */

/** @type {import("../../worker/protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) =>
  postMessage({ type: "progress", stage, loaded, total });

const python = startPython(report).then(async (started) => {
  await started.complete(report);
  return started.workshop();
});
reportBootFailure(ownPort(), python);

const tell = (/** @type {string} */ text) => postMessage({ type: "printed", text });

/** Python, with this drawing on its paper. @param {Picture | undefined} picture */
async function drawn(picture) {
  const shop = await python;
  const { pixels, width = 0, height = 0, fit = "digit" } = picture ?? {};
  shop("draw", pixels, width, height, fit);
  return shop;
}

serve(ownPort(), {
  open: async ({ weights }) => (await python)("open", weights),
  recognize: async (picture) => (await drawn(picture))("recognize"),
  ran: async ({ picture }) => (await drawn(picture))("ran"),
  show: async ({ index, at }) => (await python)("show", index, at),
  text: async ({ index }) => (await python)("text", index),
  colour: async ({ text }) => (await python)("colour", text),
  edit: async ({ key, text }) => (await python)("edit", key, text),
  reset: async ({ key }) => (await python)("reset", key),
  changed: async () => (await python)("changed"),
  run: async ({ text, strokes, picture }) =>
    (await drawn(picture))("run", text, strokes, tell),
  suggest: async ({ text }) => (await python)("suggest", text),
});
