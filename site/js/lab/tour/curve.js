/** The curve of -log(p), for the tour's step about the loss. */

import * as words from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, MAX_LOSS] = [240, 160, 8]; // of the SVG; nats at its top
const [MARGIN, FOOT] = [12, 22]; // below the axis is room for its name

/** Position in the SVG. @param {number} p  @param {number} loss */
const place = (p, loss) => [
  MARGIN + p * (WIDTH - 2 * MARGIN),
  HEIGHT - FOOT - (Math.min(loss, MAX_LOSS) / MAX_LOSS) * (HEIGHT - MARGIN - FOOT),
];

/** @param {string} tag  @param {Record<string, string>} attributes */
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The curve of the loss over the probability, with a point on it. */
export function createCurve() {
  const points = Array.from({ length: 121 }, (_, i) => {
    const p = Math.exp((-MAX_LOSS * (120 - i)) / 120);
    return place(p, -Math.log(p)).join();
  });
  const [left, floor] = place(0, 0);
  const [right, top] = place(1, MAX_LOSS);
  const point = shape("circle", { r: "6" });
  const up = shape("text", { x: String(left + 6), y: String(top + 8) });
  const along = shape("text", { x: String(right), y: String(HEIGHT - 3), "text-anchor": "end" });
  up.textContent = words.LOSS;
  along.textContent = words.PROBABILITY;
  const element = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  element.setAttribute("aria-label", words.LOSS);
  element.append(
    shape("path", { class: "axes", d: `M${left} ${top}V${floor}H${right}` }),
    shape("polyline", { points: points.join(" ") }),
    up,
    along,
    point,
  );
  return {
    element,
    /** @param {number} probability  @param {number} loss */
    show(probability, loss) {
      const [x, y] = place(probability, loss);
      point.setAttribute("cx", String(x));
      point.setAttribute("cy", String(y));
      const label = words.fill(words.CURVE, {
        loss: words.number(loss),
        probability: words.number(probability),
      });
      element.setAttribute("aria-label", label);
    },
  };
}
