/**
 * The switch between one digit and a number: owns #mode, remembers the choice, and loads
 * the sheet for numbers on first use.
 */

import { CANVAS, paperWidth } from "../pad/strokes.js";
import { loadFresh, reportFailure, reportIfSlow } from "../shell/lazy.js";
import { PART_NOT_LOADED } from "../text/page.js";

/** @import { Drawing } from "../pad/strokes.js" */
/** @typedef {"digit" | "number"} Mode */
/** @typedef {Awaited<ReturnType<typeof import("./sheet.js").createSheet>>} Sheet */

/** The key in the browser's storage, which all pages of an origin share, as the theme. */
const KEY = "nnweb-mode";

/**
 * @param {HTMLElement} element  #mode, with a radio button for each mode; a page's owner may
 *   have disabled it, or checked the other one
 * @param {HTMLElement} notice  for the error if the sheet cannot be loaded
 * @param {() => Promise<Sheet>} load
 * @param {() => void} onChange  the sheet was opened or closed, or is not awaited any more
 */
export function createModeSwitch(element, notice, load, onChange) {
  let mode = /** @type {Mode} */ ("digit");
  const isFixed = element.matches(":disabled");
  let isAllowed = !isFixed;
  let open = /** @type {Sheet | null} */ (null);
  let loading = /** @type {Promise<Sheet> | null} */ (null);

  /** @param {Mode} next  a number's sheet opens as soon as it is loaded */
  async function set(next) {
    if (next === "number" && !isAllowed) return;
    const radio = element.querySelector(`[value=${next}]`);
    /** @type {HTMLInputElement} */ (radio).checked = true;
    if (next === mode) return;
    mode = next;
    if (next === "digit") return close();
    try {
      loading ??= loadFresh(load);
      reportIfSlow(loading, notice);
      const sheet = await loading;
      if (mode === "digit" || open !== null) return;
      open = sheet;
      sheet.open();
      onChange();
    } catch (error) {
      loading = null;
      set("digit");
      await reportFailure(notice, PART_NOT_LOADED, error);
    }
  }

  function close() {
    const sheet = open;
    open = null;
    sheet?.close();
    onChange(); // also before it was open: what was drawn meanwhile waits for an answer
  }

  /** Sets the mode that the user wants, now and after a reload. @param {Mode} next */
  function choose(next) {
    notice.textContent = "";
    set(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // storage may be blocked: then the choice lasts for this visit
    }
  }

  element.addEventListener("change", ({ target }) =>
    choose(/** @type {Mode} */ (/** @type {HTMLInputElement} */ (target).value)),
  );

  return {
    get mode() {
      return mode;
    },
    /** The sheet while it is open. */
    get sheet() {
      return open;
    },
    set,
    get isAllowed() {
      return isAllowed;
    },
    choose,
    /** Whether numbers can be read, which needs the ten digits. @param {boolean} allowed */
    allow(allowed) {
      isAllowed = allowed && !isFixed;
      if (!isAllowed) set("digit");
    },
    /**
     * Choose the mode that a link asks for, or that of the last visit, or the one that the
     * page starts in.
     * @param {string | null} linked
     */
    restore(linked) {
      /** @type {string | null | undefined} */
      let kept = linked;
      try {
        kept ??= localStorage.getItem(KEY);
      } catch {
        // see above
      }
      kept ??= element.querySelector("[checked]")?.getAttribute("value");
      set(kept === "number" ? "number" : "digit");
    },
    /** Choose the mode that a drawing needs, if only one can show it. @param {Drawing} drawing */
    follow({ strokes, picture }) {
      if (picture !== null) set("digit");
      else if (paperWidth(strokes) > CANVAS) set("number");
    },
  };
}
