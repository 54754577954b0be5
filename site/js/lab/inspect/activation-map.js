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
 * @param {(at: number, event: Event) => void} onPick
 * @param {object} [options]
 * @param {number} [options.cell]  CSS pixels per value
 * @param {number} [options.columns]  of images
 * @param {boolean} [options.whole]  whole images are picked, each by its first value
 * @param {("click" | "pointermove" | "pointerdown")[]} [options.events]  that pick
 */
export function createMap(
  shape,
  name,
  onPick,
  {
    cell = shape.length === 3 ? CELL.image : CELL.number,
    columns,
    whole = false,
    events = ["pointermove", "pointerdown"],
  } = {},
) {
  const where = layout(shape, columns);
  const [across, down] = whole ? [shape[2], shape[1]] : [1, 1]; // of what is picked
  const canvas = make("canvas", { tabindex: "0", role: "application", "aria-label": name });
  const frame = make("span", { hidden: true });
  const element = div("map", canvas, frame);
  element.style.width = `${where.width * cell}px`;
  /** Of a whole image. @param {number} at */
  const first = (at) => at - (at % (across * down));
  let picked = -1;

  for (const type of events) canvas.addEventListener(type, point);
  canvas.addEventListener("focus", (event) => picked < 0 && pick(0, event));
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const [x, y] = where.place(Math.max(picked, 0));
    // one more step crosses the line between two images
    for (const more of [0, 1]) {
      const at = where.at(x + move[0] * (across + more), y + move[1] * (down + more));
      if (at >= 0) return pick(at, event);
    }
  });

  function point(/** @type {MouseEvent} */ event) {
    const box = canvas.getBoundingClientRect();
    const at = where.at(
      Math.floor(((event.clientX - box.left) / box.width) * where.width),
      Math.floor(((event.clientY - box.top) / box.height) * where.height),
    );
    const isNew = event.type === "click" || first(at) !== picked;
    if (at >= 0 && isNew) pick(at, event);
  }

  function pick(/** @type {number} */ at, /** @type {Event} */ event) {
    mark(at);
    onPick(picked, event);
  }

  /** Marks a value, or its whole image. @param {number} at */
  function mark(at) {
    picked = first(at);
    const [x, y] = where.place(picked);
    frame.hidden = false;
    frame.style.left = `${(x / where.width) * 100}%`;
    frame.style.top = `${(y / where.height) * 100}%`;
    frame.style.width = `${(100 * across) / where.width}%`;
    frame.style.height = `${(100 * down) / where.height}%`;
  }

  return {
    element,
    /** @param {ArrayLike<number>} values */
    show: (values) => paint(canvas, values, where),
    mark,
  };
}
