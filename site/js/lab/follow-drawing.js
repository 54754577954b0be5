/** Keeps what a panel shows about the drawing up to date, while the panel is visible. */

import { createLive } from "../worker/latest-only.js";

/** @import { Page } from "./lab.js" */

/**
 * Asks about the drawing when it or the network changes, and when the panel is shown.
 * @template Request, Reply
 * @param {Page} page
 * @param {object} steps  as of createLive, but for
 * @param {() => Request | null} steps.look
 * @param {(request: Request) => Promise<Reply>} steps.ask
 * @param {(reply: Reply, last: boolean) => void} steps.show
 * @param {(error: unknown) => void} steps.fail
 * @param {() => void} steps.empty  the pad is blank
 * @param {number} [steps.pause]
 */
export function followDrawing(page, { look, empty, ...steps }) {
  let visible = true;
  const live = createLive({ ...steps, look: () => (visible ? look() : null) });

  function clear() {
    live.forget();
    empty();
  }

  /** Asks at once. */
  function settle() {
    if (page.picture() === null) clear();
    else live.settle();
  }

  page.onAnswer((answer) => {
    if (!visible) return;
    if (answer === null) clear();
    else live.touch();
  });
  page.onNetwork(() => {
    if (visible) settle();
  });
  return {
    settle,
    /** @param {boolean} now */
    visible(now) {
      visible = now;
      if (visible) settle();
      else live.forget();
    },
  };
}
