/**
 * Loads the share panel on first use: for a link with a drawing, for a click in #share,
 * or to keep the drawing when the language is changed.
 */

import { store } from "../pad/kept-drawing.js";
import { loadFresh, reportFailure, reportIfSlow } from "../shell/lazy.js";
import { PART_NOT_LOADED } from "../text/page.js";

/** @typedef {typeof import("./panel.js").createSharePanel} Create */
/** @typedef {ReturnType<Create>} Panel */

/**
 * @param {HTMLElement} element  #share
 * @param {HTMLElement} notice  for errors, near the canvas
 * @param {Parameters<Create>[2]} page
 */
export function createLazyShare(element, notice, page) {
  let panel = /** @type {Panel | null} */ (null);
  let loading = /** @type {Promise<Panel> | null} */ (null);
  let networkInput = /** @type {Uint8Array | null} */ (null);

  async function importPanel() {
    const { createSharePanel } = await import("./panel.js");
    panel ??= createSharePanel(element, notice, page);
    panel.setNetworkInput(networkInput);
    return panel;
  }

  /** @returns {Promise<Panel>} */
  function load() {
    const promise = (loading ??= loadFresh(importPanel));
    promise.catch(() => (loading = null)); // the next call tries again
    return promise;
  }

  /** @param {(panel: Panel) => void} action */
  async function withPanel(action) {
    try {
      const loaded = load();
      reportIfSlow(loaded, notice);
      action(await loaded);
    } catch (error) {
      await reportFailure(notice, PART_NOT_LOADED, error);
    }
  }

  const send = /** @type {HTMLElement} */ (element.querySelector("[data-do=send]"));
  send.hidden = !("share" in navigator);
  for (const type of ["click", "change"]) {
    element.addEventListener(type, (event) => withPanel((loaded) => loaded.handle(event)));
  }
  // load before the click: some browsers allow copying only shortly after one
  element.addEventListener("pointerover", () => load().catch(() => {}));
  page.address.listen((isLink) => {
    if (isLink) withPanel((loaded) => loaded.openLink());
    else if (page.address.get("d") !== null) withPanel((loaded) => loaded.checkLink());
  });

  return {
    /** Open the drawing in the page's address, if there is one. */
    async openLink() {
      if (page.address.get("d") !== null) await withPanel((loaded) => loaded.openLink());
    },
    /** Call when the drawing may have changed. */
    changed: () => panel?.changed(),
    /** Call when the person chooses another way to read it. */
    unlink: () => panel?.unlink(),
    /** @param {Uint8Array | null} image  28 x 28, the network's input for the drawing */
    setNetworkInput(image) {
      networkInput = image;
      panel?.setNetworkInput(image);
    },
    /**
     * Take view, drawing and ?model= along when a link to another language is followed.
     * A link has no pictures and no networks of the person's own: a drawing with one of them
     * is kept in the tab.
     * @param {HTMLElement} links
     */
    appendStateTo(links) {
      links.addEventListener("click", async (event) => {
        const { target, ctrlKey, metaKey, shiftKey } = event;
        if (!(target instanceof HTMLAnchorElement)) return;
        if (ctrlKey || metaKey || shiftKey) return;
        event.preventDefault();
        const url = new URL(target.href);
        const drawing = page.drawing();
        const isKept = store(drawing) && page.setting().isFile;
        const here = page.address.href({ d: null });
        const hasLink = drawing.strokes.length > 0 && drawing.picture === null && !isKept;
        const href = hasLink ? await load().then((loaded) => loaded.href(), () => here) : here;
        url.hash = new URL(href, location.href).hash;
        const model = new URLSearchParams(location.search).get("model");
        if (model !== null && URL.canParse(model, location.href)) {
          url.searchParams.set("model", new URL(model, location.href).href);
        }
        location.assign(url);
      });
    },
  };
}
