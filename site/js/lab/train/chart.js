/** A chart of training and validation over epochs, by uPlot, in the page's colours. */

import Plot from "../../../vendor/uPlot.js";
import { resolveUrl } from "../../manifest.js";

/** @typedef {[number, number][]} Line  points, x ascending */
/**
 * @typedef {object} Chart
 * @property {(training: Line, validation: Line, epochs: number) => void} show
 */

const HEIGHT = 190;

function addStyle() {
  const href = resolveUrl("../vendor/uPlot.css").href;
  if (document.querySelector(`link[href="${href}"]`) !== null) return;
  const link = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href,
  });
  document.head.prepend(link);
}

/** A CSS variable's current colour in a form that canvas accepts. @param {string} name */
const cssColor = (name) => () => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

/**
 * @param {HTMLElement} element  empty
 * @param {object} options
 * @param {string} options.training  name of the first line
 * @param {string} options.validation  name of the second
 * @param {string} options.axis  name of the x axis
 * @param {(value: number) => string} options.format
 * @param {[number, number]} options.range  always visible
 * @returns {Chart}
 */
export function createChart(element, { training, validation, axis, format, range }) {
  addStyle();
  const value = (/** @type {unknown} */ _, /** @type {number | null} */ one) =>
    one === null ? "–" : format(one);
  let epochs = 1;
  const width = () => Math.max(element.clientWidth, 200);
  const line = { stroke: cssColor("--quiet"), grid: { stroke: cssColor("--line"), width: 1 } };
  const plot = new Plot(
    {
      width: width(),
      height: HEIGHT,
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [0, epochs] },
        y: {
          range: (
            /** @type {unknown} */ _,
            /** @type {number | null} */ low,
            /** @type {number | null} */ high,
          ) => [
            Math.min(range[0], low ?? range[0]),
            Math.max(range[1], high ?? range[1]),
          ],
        },
      },
      axes: [
        { ...line, size: 30, values: (_, at) => at.map(String) },
        { ...line, size: 52, values: (_, at) => at.map(format) },
      ],
      series: [
        { label: axis, value: (_, one) => (one === null ? "–" : one.toFixed(2)) },
        {
          label: training,
          stroke: cssColor("--idle"),
          width: 1.5,
          spanGaps: true,
          points: { show: false },
          value,
        },
        {
          label: validation,
          stroke: cssColor("--accent"),
          width: 2.5,
          spanGaps: true,
          points: { show: true, size: 7, fill: cssColor("--accent") },
          value,
        },
      ],
    },
    [[], [], []],
    element,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: HEIGHT })).observe(
    element,
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    plot.redraw(),
  );
  new MutationObserver(() => plot.redraw()).observe(document.documentElement, {
    attributes: true, // the theme switch sets data-theme
  });

  return {
    show(trained, validated, count) {
      epochs = count;
      plot.setData(aligned(trained, validated));
    },
  };
}

/**
 * Both lines as uPlot's columns x, training, validation; null where a line has no point.
 * @param {Line} training
 * @param {Line} validation
 */
function aligned(training, validation) {
  const rows = [
    ...training.map(([x, y]) => [x, y, null]),
    ...validation.map(([x, y]) => [x, null, y]),
  ].toSorted((a, b) => /** @type {number} */ (a[0]) - /** @type {number} */ (b[0]));
  return [0, 1, 2].map((column) => rows.map((row) => row[column]));
}
