/**
 * The page's two views, Draw and Learn: owns #views and #lab, whose module is loaded when
 * Learn is first shown. The address says which is shown. A site may leave Learn out.
 */

import * as words from "../text/page.js";
import { finder } from "./dom.js";
import { loadFresh, reportFailure, reportIfSlow } from "./lazy.js";

/** @import { Address } from "./address.js" */
/**
 * @typedef {object} Lab
 * @property {(panel: string) => void} show  "": the one shown last
 * @property {(visible: boolean) => void} visible  called when it is shown or hidden
 */

/**
 * @param {HTMLElement} body
 * @param {Address} address
 * @param {() => Promise<Lab>} load
 */
export function createViews(body, address, load) {
  const find = finder(body);
  const links = find("#views");
  const section = find("#lab");
  const notice = find("#lab .lab-notice");
  let lab = /** @type {Promise<Lab> | null} */ (null);

  function open() {
    lab ??= loadFresh(load);
    notice.textContent = "";
    reportIfSlow(lab, notice);
    lab.catch((error) => {
      lab = null;
      return reportFailure(notice, words.LAB_NOT_LOADED, error);
    });
    return lab;
  }

  async function follow() {
    const isLearn = !links.hidden && address.get("view") === "learn";
    body.dataset.view = isLearn ? "learn" : "draw";
    section.hidden = !isLearn;
    for (const link of links.querySelectorAll("a")) {
      link.ariaCurrent = link.dataset.view === body.dataset.view ? "page" : null;
    }
    try {
      const opened = await (isLearn ? open() : lab);
      if (isLearn) opened?.show(address.get("panel") ?? "");
      opened?.visible(isLearn);
    } catch {
      // it was reported
    }
  }

  /** @param {import("./address.js").Fields} fields  of the address */
  function go(fields) {
    address.set(fields, { push: true });
    return follow();
  }

  links.addEventListener("click", (event) => {
    const { view } = /** @type {HTMLElement} */ (event.target).dataset;
    const { ctrlKey, metaKey, shiftKey } = event;
    if (view === undefined || ctrlKey || metaKey || shiftKey) return;
    event.preventDefault();
    go({ view: view === "learn" ? view : null });
  });
  address.listen(follow);
  follow();
  return { go };
}
