// @ts-check
/**
 * The way to share.js, which comes when it is first wanted: for a link that holds a
 * drawing, for a button of #share, for the same page in another language.
 */

import { partNotLoaded } from "../text/page.js";

/** @typedef {typeof import("./panel.js").createShare} Create */
/** @typedef {ReturnType<Create>} Share */

/**
 * @param {HTMLElement} element  #share
 * @param {HTMLElement} notice  near the paper
 * @param {Parameters<Create>[2]} page
 */
export function createSharing(element, notice, page) {
  /** @type {Share | null} */
  let share = null;
  /** @type {Promise<Share> | null} */
  let coming = null;
  /** @type {Uint8Array | null} */
  let seen = null;

  async function come() {
    const { createShare } = await import("./panel.js");
    share ??= createShare(element, notice, page);
    share.saw(seen);
    return share;
  }

  /** @returns {Promise<Share>} */
  function there() {
    const now = (coming ??= come());
    now.catch(() => (coming = null)); // another try may go better
    return now;
  }

  /** @param {(share: Share) => void} act */
  async function withIt(act) {
    try {
      act(await there());
    } catch (error) {
      notice.textContent = partNotLoaded(error);
    }
  }

  const send = /** @type {HTMLElement} */ (element.querySelector("[data-does=send]"));
  send.hidden = !("share" in navigator);
  for (const type of ["click", "change"]) {
    element.addEventListener(type, (event) => withIt((it) => it.act(event)));
  }
  // a little earlier: some browsers copy only while a click is fresh
  element.addEventListener("pointerover", () => there().catch(() => {}));
  addEventListener("hashchange", () => withIt((it) => it.open()));

  return {
    /** Put what the address holds onto the paper. */
    async open() {
      if (location.hash.length > 1) await withIt((it) => it.open());
    },
    /** The drawing, perhaps, is another now. */
    changed: () => share?.changed(),
    /** @param {Uint8Array | null} ink  28 x 28, what the network saw of the drawing */
    saw(ink) {
      seen = ink;
      share?.saw(ink);
    },
    /** Have the drawing come along. @param {HTMLElement} links  to other languages */
    lead(links) {
      links.addEventListener("click", async (event) => {
        const { target, ctrlKey, metaKey, shiftKey } = event;
        if (!(target instanceof HTMLAnchorElement)) return;
        if (page.drawing().strokes.length === 0) return;
        if (ctrlKey || metaKey || shiftKey) return;
        event.preventDefault();
        const hash = await there().then(
          (it) => it.hash(),
          () => "",
        );
        location.assign(target.href + hash);
      });
    },
  };
}
