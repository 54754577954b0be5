/** Shows an error and ways to recover: owns #problem, an alert. */

import { finder } from "../shell/dom.js";

/** @import { Problem } from "../text/page.js" */

/**
 * @param {HTMLElement} element
 * @param {object} actions
 * @param {() => void} actions.onRetry
 * @param {() => void} actions.onDefault  use the site's default network
 */
export function createErrorBanner(element, { onRetry, onDefault }) {
  const find = finder(element);
  find("#retryBtn").addEventListener("click", onRetry);
  find("#defaultBtn").addEventListener("click", onDefault);

  return {
    /**
     * @param {Problem} problem
     * @param {boolean} canUseDefault  the failed network is not the default
     */
    show({ title, text }, canUseDefault) {
      find("h2").textContent = title;
      find("p").textContent = text;
      find("#defaultBtn").hidden = !canUseDefault;
      element.hidden = false;
    },
    hide() {
      element.hidden = true;
    },
  };
}
