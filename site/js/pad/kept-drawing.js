/**
 * Keeps the pad's drawing for as long as the tab lives: it is there again after a reload,
 * also one for a new version of the page, and after leaving and coming back.
 */

import { sitePath } from "../manifest.js";
import { toJson } from "./drawing-json.js";

/** @import { Drawing } from "./strokes.js" */

const KEY = `nnweb-drawing ${sitePath()}`;
/** Milliseconds after a stroke, so that no stroke waits for a large picture. */
const SAVE_AFTER_MS = 300;

/**
 * Save the drawing when the page may be about to end, and after each change, because a
 * tab that is killed does not say so. Returns the function to call at a change.
 * @param {() => Drawing} current
 * @param {() => void} onUnsaved  called once if the browser does not store it
 */
export function keepDrawing(current, onUnsaved) {
  let canStore = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function save() {
    clearTimeout(timer);
    if (store(current())) return;
    if (canStore) onUnsaved();
    canStore = false;
  }
  addEventListener("pagehide", save);
  // a phone may end a hidden page without another event
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  return () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
}

/**
 * Store a drawing in place of the one before. False where storage is forbidden or full:
 * then the drawing is lost with the page.
 * @param {Drawing} drawing
 */
export function store(drawing) {
  const isEmpty = drawing.strokes.length === 0 && drawing.picture === null;
  try {
    sessionStorage.removeItem(KEY); // it would come back if the next one finds no room
    if (!isEmpty) sessionStorage.setItem(KEY, toJson(drawing));
    return true;
  } catch {
    return false;
  }
}

/** The drawing that was saved last, if there is one that can be read. */
export async function keptDrawing() {
  try {
    const text = sessionStorage.getItem(KEY);
    if (text === null) return null;
    const { fromJson } = await import("./read-drawing.js");
    return await fromJson(new File([text], "kept"));
  } catch {
    return null;
  }
}
