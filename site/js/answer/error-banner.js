// @ts-check
/** What stands in the way, in words, and the ways out: owns #problem, an alert. */

/** @typedef {import("../text/page.js").Problem} Problem */

/**
 * @param {HTMLElement} element
 * @param {object} ways
 * @param {() => void} ways.onRetry
 * @param {() => void} ways.onDefault  go on with the network that the site ships
 */
export function createProblem(element, { onRetry, onDefault }) {
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  find("#retryBtn").addEventListener("click", onRetry);
  find("#defaultBtn").addEventListener("click", onDefault);

  return {
    /**
     * @param {Problem} problem
     * @param {boolean} other  another network was asked for than the shipped one
     */
    show({ title, text }, other) {
      find("h2").textContent = title;
      find("p").textContent = text;
      find("#defaultBtn").hidden = !other;
      element.hidden = false;
    },
    hide() {
      element.hidden = true;
    },
  };
}
