/** Charts of loss and accuracy over the epochs, by uPlot, in the page's colours. */

import Plot from "../../../vendor/uPlot.js";
import { addStyle } from "../../shell/dom.js";
import * as words from "../text.js";

/** @import { Point, Progress } from "./session.js" */

/** @typedef {[number, number][]} Line  points, x ascending */

const HEIGHT = 190;

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
 * The charts of one run.
 * @param {HTMLElement} loss  empty
 * @param {HTMLElement} accuracy  empty
 */
export function createCharts(loss, accuracy) {
  addStyle("../vendor/uPlot.css");
  const charts = [
    createChart(loss, words.lossWords, [0, 0.5]),
    createChart(accuracy, words.percent, [0.8, 1]),
  ];
  return {
    /** @param {Point[]} points  @param {Progress | null} progress */
    show(points, progress) {
      const { rows = [], epochs = 1 } = progress ?? {};
      for (const [i, chart] of charts.entries()) {
        /** @param {Point[]} all  @returns {Line} */
        const line = (all) => all.map((point) => [point[0], point[i + 1]]);
        chart.show(line(points), line(rows), epochs);
      }
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {(value: number) => string} format
 * @param {[number, number]} range  always visible
 */
function createChart(element, format, range) {
  let epochs = 1;
  const width = () => Math.max(element.clientWidth, 200);
  const value = (/** @type {unknown} */ _, /** @type {number | null} */ one) =>
    one === null ? "–" : format(one);
  /** @param {unknown} _  @param {number | null} low  @param {number | null} high */
  const visible = (_, low, high) => [
    Math.min(range[0], low ?? range[0]),
    Math.max(range[1], high ?? range[1]),
  ];
  const line = { stroke: cssColor("--quiet"), grid: { stroke: cssColor("--line"), width: 1 } };
  const [idle, accent] = [cssColor("--idle"), cssColor("--accent")];
  const { axis, training, validation } = words.CHART;
  const shared = { spanGaps: true, value };
  const plot = new Plot(
    {
      width: width(),
      height: HEIGHT,
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false, range: () => [0, epochs] }, y: { range: visible } },
      axes: [
        { ...line, size: 30, values: (_, at) => at.map(String) },
        { ...line, size: 52, values: (_, at) => at.map(format) },
      ],
      series: [
        { label: axis, value: (_, one) => (one === null ? "–" : one.toFixed(2)) },
        { ...shared, label: training, stroke: idle, width: 1.5, points: { show: false } },
        {
          ...shared,
          label: validation,
          stroke: accent,
          width: 2.5,
          points: { show: true, size: 7, fill: accent },
        },
      ],
    },
    [[], [], []],
    element,
  );
  const redraw = () => plot.redraw();
  const resize = () => plot.setSize({ width: width(), height: HEIGHT });
  new ResizeObserver(resize).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // the theme switch sets data-theme
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true });

  return {
    /** @param {Line} trained  @param {Line} validated  @param {number} count  of epochs */
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
