// @ts-check
/** The curve of minus the logarithm, with a point on it: owns an svg that it makes. */

import * as words from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, MOST] = [240, 160, 8]; // of the drawing; nats at its top

/** @param {number} p  @param {number} loss */
const place = (p, loss) => [
  12 + p * (WIDTH - 24),
  HEIGHT - 12 - (Math.min(loss, MOST) / MOST) * (HEIGHT - 24),
];

/** @param {string} tag  @param {Record<string, string>} attributes */
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

export function createCurve() {
  const points = Array.from({ length: 121 }, (_, i) => {
    const p = Math.exp((-MOST * (120 - i)) / 120);
    return place(p, -Math.log(p)).join();
  });
  const [left, floor] = place(0, 0);
  const [right, top] = place(1, MOST);
  const point = shape("circle", { r: "6" });
  const element = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  element.setAttribute("aria-label", words.LOSS);
  element.append(
    shape("path", { class: "axes", d: `M${left} ${top}V${floor}H${right}` }),
    shape("polyline", { points: points.join(" ") }),
    point,
  );
  return {
    element,
    /** @param {number} probability  @param {number} loss */
    show(probability, loss) {
      const [x, y] = place(probability, loss);
      point.setAttribute("cx", String(x));
      point.setAttribute("cy", String(y));
      element.setAttribute("aria-label", words.curveWords(probability, loss));
    },
  };
}
