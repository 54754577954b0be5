// @ts-check
/**
 * The door of the lab: its modules are fetched when it is first opened, by hand or by
 * the address (#lab, #lab-train). Owns the <details> in #lab.
 */

import { labNotLoaded } from "../text/page.js";

/** @typedef {import("../lab/lab.js").Page} Page */
/** @typedef {import("../lab/lab.js").Lab} Lab */

/**
 * @param {HTMLElement} section  with a details, and in it a .notice
 * @param {Page} page
 */
export function createDoor(section, page) {
  const details = /** @type {HTMLDetailsElement} */ (section.querySelector("details"));
  const notice = /** @type {HTMLElement} */ (section.querySelector(".lab-notice"));
  /** @type {Promise<Lab> | null} */
  let lab = null;

  function enter() {
    lab ??= import("../lab/lab.js").then(({ createLab }) => createLab(section, page));
    notice.textContent = "";
    lab.catch((error) => {
      lab = null;
      notice.textContent = labNotLoaded(error);
    });
    return lab;
  }

  /** Open it where the address says so: #lab, or one of its panels. */
  async function follow() {
    const asked = /^#lab(?:-(\w+))?$/.exec(location.hash);
    if (asked === null) return;
    details.open = true;
    (await enter()).show(asked[1] ?? "");
    section.scrollIntoView();
  }

  details.addEventListener("toggle", async () => {
    if (details.open) await enter().catch(() => {});
    (await lab?.catch(() => null))?.visible(details.open);
  });
  addEventListener("hashchange", () => follow().catch(() => {}));
  follow().catch(() => {});
}
