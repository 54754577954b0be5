/** For each label the image that the network would like most. Owns .ideal. */

import { finder, make } from "../../shell/dom.js";
import { SIDE } from "../../pad/strokes.js";
import { paintImage } from "./heatmap.js";
import { floats } from "./protocol.js";

/** @import { Look, Numbers } from "./protocol.js" */

/**
 * @param {HTMLElement} element
 * @param {(type: string, payload: object) => Promise<any>} ask
 * @param {(error: unknown) => void} fail
 */
export function createIdeal(element, ask, fail) {
  const list = finder(element)("ol");
  let isKnown = false; // for the network in use

  /** @param {string} label  @param {Float32Array} image */
  function item(label, image) {
    const canvas = make("canvas", { role: "img", "aria-label": label });
    paintImage(canvas, image);
    return make("li", {}, canvas, make("span", { "aria-hidden": "true" }, label));
  }

  return {
    /** @param {Look} look */
    async update({ labels }) {
      if (isKnown) return;
      isKnown = true;
      try {
        const images = floats(/** @type {Numbers} */ (await ask("ideal", {})));
        const size = SIDE * SIDE;
        const items = labels.map((label, i) =>
          item(label, images.subarray(i * size, (i + 1) * size)),
        );
        list.replaceChildren(...items);
      } catch (error) {
        isKnown = false;
        fail(error);
      }
    },
    /** Another network is in use. */
    forget() {
      isKnown = false;
    },
  };
}
