// @ts-check
/**
 * The page without a network: registers the service worker, and offers a new version when
 * one is there. Owns #offline, a line of words and a button.
 */

import { resolveUrl } from "../manifest.js";
import * as words from "../text/on-demand.js";

/**
 * @param {HTMLElement} element  with a .words and a button in it
 */
export function startOffline(element) {
  const text = /** @type {HTMLElement} */ (element.querySelector(".words"));
  const button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
  const container = /** @type {ServiceWorkerContainer | undefined} */ (
    navigator.serviceWorker
  );
  let wanted = false; // the person has said yes to the new version

  /** @param {string} said  @param {boolean} [asks] */
  function say(said, asks = false) {
    text.textContent = said;
    button.hidden = !asks;
    element.dataset.asks = String(asks);
    element.hidden = false;
  }

  /** @param {ServiceWorkerRegistration} registration */
  function follow(registration) {
    const { installing, waiting, active } = registration;
    if (waiting !== null && active !== null) return say(words.NEW_VERSION, true);
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") {
        if (registration.active !== null) say(words.NEW_VERSION, true);
      } else if (installing.state === "activated" && active === null) {
        say(words.OFFLINE);
      }
    });
  }

  /** @param {ServiceWorkerRegistration} registration */
  function accept({ waiting }) {
    wanted = true;
    button.disabled = true;
    // where another tab has taken it over already, none is waiting any more
    if (waiting === null) location.reload();
    // oxlint-disable-next-line require-post-message-target-origin -- not to a window
    else waiting.postMessage("take over");
  }

  /** @param {ServiceWorkerContainer} workers */
  async function register(workers) {
    let controlled = workers.controller !== null;
    workers.addEventListener("controllerchange", () => {
      if (wanted) location.reload();
      else if (controlled) say(words.NEW_VERSION, true);
      controlled = true;
    });
    const registration = await workers.register(resolveUrl("../../sw.js"));
    button.addEventListener("click", () => accept(registration));
    follow(registration);
    registration.addEventListener("updatefound", () => follow(registration));
  }

  // a private window, or no room: the page is as good without it
  if (container !== undefined) register(container).catch(() => {});
}
