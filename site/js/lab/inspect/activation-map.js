/** The activations of one layer as an image whose values can be picked. Owns its element. */

import { div, make } from "../../shell/dom.js";
import { layout, paint } from "./heatmap.js";

/** CSS pixels per value; fewer only on a narrow page. */
const CELL = { image: 4, number: 12 };

/** Direction of each arrow key. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * @param {number[]} shape
 * @param {string} name  for screen readers
 * @param {(at: number) => void} onPick
 */
export function createMap(shape, name, onPick) {
  const where = layout(shape);
  const canvas = make("canvas", { tabindex: "0", role: "application", "aria-label": name });
  const mark = make("span", { hidden: true });
  const element = div("map", canvas, mark);
  const cell = shape.length === 3 ? CELL.image : CELL.number;
  element.style.width = `${where.width * cell}px`;
  let picked = -1;

  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("focus", () => picked < 0 && pick(0));
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const [x, y] = where.place(Math.max(picked, 0));
    // a second step crosses the line between two images
    for (const distance of [1, 2]) {
      const at = where.at(x + move[0] * distance, y + move[1] * distance);
      if (at >= 0) return pick(at);
    }
  });

  function point(/** @type {PointerEvent} */ event) {
    const box = canvas.getBoundingClientRect();
    const at = where.at(
      Math.floor(((event.clientX - box.left) / box.width) * where.width),
      Math.floor(((event.clientY - box.top) / box.height) * where.height),
    );
    if (at >= 0 && at !== picked) pick(at);
  }

  function pick(/** @type {number} */ at) {
    picked = at;
    const [x, y] = where.place(at);
    mark.hidden = false;
    mark.style.left = `${(x / where.width) * 100}%`;
    mark.style.top = `${(y / where.height) * 100}%`;
    mark.style.width = `${100 / where.width}%`;
    mark.style.height = `${100 / where.height}%`;
    onPick(at);
  }

  return {
    element,
    /** @param {ArrayLike<number>} values */
    show: (values) => paint(canvas, values, where),
    /** Removes the mark. */
    clear() {
      picked = -1;
      mark.hidden = true;
    },
  };
}
