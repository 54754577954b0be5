/**
 * The Python panel's worker: runs a person's code in its own Python, so that nothing they
 * write can break the one that answers the pad.
 *
 *   "open"       {weights: ArrayBuffer}                    -> Description
 *   "recognize"  Picture                                   -> Recognized
 *   "ran"        {picture: Picture | undefined}            -> Ran
 *   "show"       {index, at}  one of the recorded calls    -> Shown
 *   "text"       {index}      its source, for the editor   -> string
 *   "colour"     {text}                                    -> Piece[][]
 *   "edit"       {key, text}                               -> Fault | undefined
 *   "reset"      {key}        "": all                      -> nothing
 *   "changed"    {}                                        -> string[]
 *   "run"        {text, strokes, picture}                  -> Done
 *   "examples"   {}           for the console, by key      -> Record<string, string>
 *   "suggest"    {text}                                    -> Suggestion
 *
 * While code runs, it notifies the page of {type: "printed", text} and
 * {type: "figure", figure: Figure}.
 */

import { ownPort, reportBootFailure, serve } from "../../worker/protocol.js";
import { startPython } from "../../worker/start-python.js";

/** @import { Picture } from "../../worker/protocol.js" */

/** @type {import("../../worker/protocol.js").Report} */
const report = (stage, loaded = 0, total = 0) =>
  postMessage({ type: "progress", stage, loaded, total });

const python = startPython(report).then(async (started) => {
  await started.complete(report);
  return started.playground();
});
reportBootFailure(ownPort(), python);

const print = (/** @type {string} */ text) => postMessage({ type: "printed", text });

const draw = (/** @type {string} */ json) =>
  postMessage({ type: "figure", figure: JSON.parse(json) });

/** Set the drawing that code works on. @param {Picture | undefined} picture */
async function withDrawing(picture) {
  const playground = await python;
  const { pixels, width = 0, height = 0, fit = "digit" } = picture ?? {};
  playground("draw", pixels, width, height, fit);
  return playground;
}

serve(ownPort(), {
  open: async ({ weights }) => (await python)("open", weights),
  recognize: async (picture) => (await withDrawing(picture))("recognize"),
  ran: async ({ picture }) => (await withDrawing(picture))("ran"),
  show: async ({ index, at }) => (await python)("show", index, at),
  text: async ({ index }) => (await python)("text", index),
  colour: async ({ text }) => (await python)("colour", text),
  edit: async ({ key, text }) => (await python)("edit", key, text),
  reset: async ({ key }) => (await python)("reset", key),
  changed: async () => (await python)("changed"),
  run: async ({ text, strokes, picture }) =>
    (await withDrawing(picture))("run", text, strokes, print, draw),
  examples: async () => (await python)("examples"),
  suggest: async ({ text }) => (await python)("suggest", text),
});
