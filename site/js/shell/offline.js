/**
 * Registers the service worker, for use without a network connection, and offers a new
 * version when one is installed. Owns #offline, a message with a button.
 */

import { finder } from "../shell/dom.js";
import { RUNTIME, resolveUrl } from "../manifest.js";
import * as words from "../text/on-demand.js";

/** @param {HTMLElement} element  with a .words and a button in it */
export function startOffline(element) {
  const find = finder(element);
  const text = find(".words");
  const button = find("button", HTMLButtonElement);
  const container = /** @type {ServiceWorkerContainer | undefined} */ (
    navigator.serviceWorker
  );
  let accepted = false; // the user has accepted the new version

  /** @param {string} message  @param {boolean} [hasButton] */
  function show(message, hasButton = false) {
    text.textContent = message;
    button.hidden = !hasButton;
    element.dataset.asks = String(hasButton);
    element.hidden = false;
  }

  /** @param {ServiceWorkerRegistration} registration */
  function watchForUpdate(registration) {
    const { installing, waiting, active } = registration;
    if (waiting !== null && active !== null) return show(words.NEW_VERSION, true);
    installing?.addEventListener("statechange", async () => {
      if (installing.state === "installed") {
        if (registration.active !== null) show(words.NEW_VERSION, true);
      } else if (installing.state === "activated" && active === null) {
        if (await cacheWheels(installing)) show(words.OFFLINE);
      }
    });
  }

  /** @param {ServiceWorkerRegistration} registration */
  function accept({ waiting }) {
    accepted = true;
    button.disabled = true;
    // none is waiting if another tab has already activated it
    if (waiting === null) location.reload();
    else waiting.postMessage("take over");
  }

  /** Hold a lock by which sw.js knows, while this tab is open, that it needs its files. */
  function keepRelease() {
    const name = resolveUrl("..").href;
    navigator.locks.request(name, { mode: "shared" }, () => new Promise(() => {}));
  }

  /** @param {ServiceWorkerContainer} workers */
  async function register(workers) {
    let controlled = workers.controller !== null;
    keepRelease();
    workers.controller?.postMessage("remove older");
    workers.addEventListener("controllerchange", () => {
      if (accepted) location.reload();
      else if (controlled) show(words.NEW_VERSION, true);
      controlled = true;
    });
    const registration = await workers.register(resolveUrl("../../sw.js"));
    button.addEventListener("click", () => accept(registration));
    watchForUpdate(registration);
    registration.addEventListener("updatefound", () => watchForUpdate(registration));
  }

  // fails in private windows and with full storage: the page works without it
  if (container !== undefined) register(container).catch(() => {});
}

/**
 * Where the snapshot cannot be used, Python starts from other files, which the service
 * worker does not cache by itself; returns whether all that is needed is cached.
 * @param {ServiceWorker} worker
 * @returns {Promise<boolean>}
 */
async function cacheWheels(worker) {
  if (document.body.dataset.tier !== "A") return true;
  const { wasm, lock, library, wheels } = RUNTIME;
  const names = new Set([wasm, lock, library, ...wheels]);
  const files = RUNTIME.files
    .filter(({ file }) => names.has(file))
    .map(({ base, file, integrity }) => [resolveUrl(base + file).href, integrity]);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(files, [port2]);
  return new Promise((resolve) => {
    port1.addEventListener("message", ({ data }) => resolve(data), { once: true });
    port1.start();
  });
}
