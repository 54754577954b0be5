/** Loads the modules of rarely used parts on first use. */

import { finder } from "../shell/dom.js";
import { because, LAB_NOT_LOADED, PART_NOT_LOADED } from "../text/page.js";

/**
 * A part that shows or hides content by name.
 * @typedef {object} Section
 * @property {(name: string) => void} show  "": the one shown last
 * @property {(visible: boolean) => void} visible  called when it is opened or closed
 */

/**
 * @param {HTMLElement} element  loads its module at its first event
 * @param {"click" | "toggle"} type  of that event
 * @param {HTMLElement} notice  for the error if the module cannot be loaded
 * @param {(event: Event) => Promise<void>} load  also handles the event
 */
export function loadOnFirst(element, type, notice, load) {
  let loading = false;

  async function handle(/** @type {Event} */ event) {
    if (loading) return;
    loading = true;
    notice.textContent = "";
    try {
      await load(event);
      element.removeEventListener(type, handle);
    } catch (error) {
      notice.textContent = because(PART_NOT_LOADED, error);
    }
    loading = false;
  }

  element.addEventListener(type, handle);
}

/**
 * Loads the lab when it is first opened, by a click or by #lab or #lab-train in the address.
 * Owns the <details> in the section.
 * @param {HTMLElement} section  with a details, and in it a .lab-notice
 * @param {() => Promise<Section>} load
 */
export function createLazyLab(section, load) {
  const find = finder(section);
  const details = find("details", HTMLDetailsElement);
  const notice = find(".lab-notice");
  let lab = /** @type {Promise<Section> | null} */ (null);

  function open() {
    lab ??= load();
    notice.textContent = "";
    lab.catch((error) => {
      lab = null;
      notice.textContent = because(LAB_NOT_LOADED, error);
    });
    return lab;
  }

  async function followAddress() {
    const match = /^#lab(?:-(\w+))?$/.exec(location.hash);
    if (match === null) return;
    details.open = true;
    (await open()).show(match[1] ?? "");
    section.scrollIntoView();
  }

  details.addEventListener("toggle", async () => {
    if (details.open) await open().catch(() => {});
    (await lab?.catch(() => null))?.visible(details.open);
  });
  addEventListener("hashchange", () => followAddress().catch(() => {}));
  followAddress().catch(() => {});
}
