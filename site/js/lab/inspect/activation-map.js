// @ts-check
/** The numbers of one layer as a picture to point at: owns a canvas that it makes. */

import { layout, paint } from "./heatmap.js";

/** Least CSS pixels of a number; less only where the page is too narrow. */
const CELL = { image: 4, number: 12 };

/** Where the arrow keys lead. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * @param {number[]} shape
 * @param {string} name  for those who do not see it
 * @param {(at: number) => void} onPick
 */
export function createMap(shape, name, onPick) {
  const where = layout(shape);
  const element = document.createElement("div");
  const canvas = document.createElement("canvas");
  const mark = document.createElement("span");
  const cell = shape.length === 3 ? CELL.image : CELL.number;
  element.className = "map";
  element.style.width = `${where.width * cell}px`;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", name);
  mark.hidden = true;
  element.append(canvas, mark);
  let picked = -1;

  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("focus", () => picked < 0 && pick(0));
  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const [x, y] = where.place(Math.max(picked, 0));
    // over the line between two images
    for (const far of [1, 2]) {
      const at = where.at(x + move[0] * far, y + move[1] * far);
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
    /** Another map has what was picked. */
    leave() {
      picked = -1;
      mark.hidden = true;
    },
  };
}
