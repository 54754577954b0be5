/**
 * Charts of loss and accuracy over the epochs, by uPlot, in the page's colours: of a run,
 * of the runs before it, and of the changes during it.
 */

import Plot from "../../../vendor/uPlot.js";
import { addStyle } from "../../shell/dom.js";
import * as words from "./text.js";

/** @import uPlot, { Series } from "../../../vendor/uPlot.js" */
/** @import { Mark, Progress, Run } from "./session.js" */

/** @typedef {[number, number][]} Line  points, x ascending */
/** @typedef {Pick<Run, "points"> & {progress: Progress | null, marks: Mark[], earlier: Run[]}} Runs */

/** Of a chart in CSS pixels, unless the style gives it as --plot. */
const HEIGHT = 150;

/** Of the lines of earlier runs, on the canvas and in the legend. */
const DASHES = [
  { dash: [6, 4], legend: "dashed" },
  { dash: [2, 3], legend: "dotted" },
];
/** Of the markers in the legend, which follow the theme: training, validation; earlier runs. */
const MARKERS = ["", "--idle", "--accent"];
const EARLIER = "--quiet";
/** How far from the pointer a point is whose value the legend shows, in CSS pixels. */
const NEAR_PX = 20;
/** Of the marks, in CSS pixels. */
const FONT_PX = 11;

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
 * @param {HTMLElement} loss  empty
 * @param {HTMLElement} accuracy  empty
 */
export function createCharts(loss, accuracy) {
  addStyle("../vendor/uPlot.css");
  const charts = [
    createChart(loss, words.lossWords, { range: [0, 0.5], free: "top" }),
    createChart(accuracy, words.percent, { range: [0.8, 1], free: "bottom" }),
  ];
  let compared = /** @type {Run[]} */ ([]);
  return {
    /** @param {Runs} runs */
    show({ points, progress, marks, earlier }) {
      const { rows = [], epochs = 1 } = progress ?? {};
      const all = [points, rows, ...earlier.map(toCompare)];
      const longest = Math.max(epochs, ...earlier.map((run) => run.progress.done));
      for (const [i, chart] of charts.entries()) {
        if (earlier !== compared) chart.compare(earlier.map(words.runName));
        chart.show(
          all.map((line) => line.map((point) => [point[0], point[i + 1]])),
          longest,
          marks,
        );
      }
      compared = earlier;
    },
  };
}

/** Of an earlier run: its validation, or what there is before the first. @param {Run} run */
const toCompare = ({ points, progress }) =>
  progress.rows.length === 0 ? points : progress.rows;

/**
 * @param {HTMLElement} element
 * @param {(value: number) => string} format
 * @param {object} look
 * @param {[number, number]} look.range  always visible
 * @param {"top" | "bottom"} look.free  where lines seldom are, so that texts may be there
 */
function createChart(element, format, { range, free }) {
  let epochs = 1;
  let marks = /** @type {Mark[]} */ ([]);
  const size = () => ({
    width: Math.max(element.clientWidth, 200),
    height: parseFloat(getComputedStyle(element).getPropertyValue("--plot")) || HEIGHT,
  });
  const value = (/** @type {unknown} */ _, /** @type {number | null} */ one) =>
    one === null ? "–" : format(one);
  /** @param {unknown} _  @param {number | null} low  @param {number | null} high */
  const visible = (_, low, high) => [
    Math.min(range[0], low ?? range[0]),
    Math.max(range[1], high ?? range[1]),
  ];
  const [quiet, ground] = [cssColor("--quiet"), cssColor("--ground")];
  const line = { stroke: quiet, grid: { stroke: cssColor("--line"), width: 1 } };
  const [idle, accent] = [cssColor("--idle"), cssColor("--accent")];
  const { axis, training, validation } = words.CHART;
  const shared = { value };
  /** @type {Series[]} */
  const own = [
    { label: axis, value: (_, one) => (one === null ? "–" : words.epochWords(one)) },
    { ...shared, label: training, stroke: idle, width: 1.5, points: { show: false } },
    {
      ...shared,
      label: validation,
      stroke: accent,
      width: 2.5,
      points: { show: true, size: 7, fill: accent },
    },
  ];
  const plot = new Plot(
    {
      ...size(),
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7 },
        hover: { prox: NEAR_PX },
      },
      legend: {
        markers: {
          stroke: (_, at) => `var(${MARKERS[at] ?? EARLIER})`,
          dash: (_, at) => DASHES[at - own.length]?.legend ?? "solid",
        },
      },
      scales: { x: { time: false, range: () => [0, epochs] }, y: { range: visible } },
      axes: [
        { ...line, size: 30, values: (_, at) => at.map(words.tickWords) },
        { ...line, size: 52, values: (_, at) => at.map(format) },
      ],
      series: own,
      hooks: { draw: [(drawn) => drawMarks(drawn, marks, free, [quiet(), ground()])] },
    },
    own.map(() => []),
    element,
  );
  const redraw = () => plot.redraw();
  const resize = () => plot.setSize(size());
  new ResizeObserver(resize).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // the theme switch sets data-theme
  new MutationObserver(redraw).observe(document.documentElement, { attributes: true });

  return {
    /** Show a line for each earlier run. @param {string[]} names */
    compare(names) {
      while (plot.series.length > own.length) plot.delSeries(own.length);
      for (const [at, label] of names.entries()) {
        const { dash } = DASHES[at];
        plot.addSeries({ ...shared, label, stroke: quiet, width: 1.5, dash });
      }
    },
    /**
     * @param {Line[]} lines  training, validation, and those of the earlier runs
     * @param {number} count  of epochs
     * @param {Mark[]} changes
     */
    show(lines, count, changes) {
      epochs = count;
      marks = changes;
      plot.setData(aligned(lines));
    },
  };
}

/** All lines as uPlot's columns: x, then the lines; undefined where one has no point. @param {Line[]} lines */
function aligned(lines) {
  const all = lines.flatMap((line, at) => line.map(([x, y]) => ({ x, y, at })));
  all.sort((a, b) => a.x - b.x);
  const column = (/** @type {number} */ at) => all.map((one) => (one.at === at ? one.y : undefined));
  return [all.map(({ x }) => x), ...lines.map((_, at) => column(at))];
}

/**
 * Draw a vertical line for each change, with its text along it.
 * @param {uPlot} plot
 * @param {Mark[]} marks
 * @param {"top" | "bottom"} free
 * @param {[string, string]} colors  of the mark and of what is around it
 */
function drawMarks({ ctx, bbox, valToPos }, marks, free, [color, ground]) {
  const px = devicePixelRatio;
  const { top } = bbox;
  ctx.save();
  ctx.fillStyle = color;
  ctx.font = `${FONT_PX * px}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textAlign = free === "top" ? "right" : "left";
  for (const { done, choices } of marks) {
    const x = valToPos(done, "x", true);
    ctx.fillRect(x, top, px, bbox.height);
    ctx.save();
    // to the right of the line, unless that is outside of the chart
    const isNearEnd = bbox.left + bbox.width - x < 2 * FONT_PX * px;
    ctx.translate(x + (isNearEnd ? -4 : FONT_PX) * px, free === "top" ? top : top + bbox.height);
    ctx.rotate(-Math.PI / 2);
    const text = words.changesWords(choices);
    Object.assign(ctx, { strokeStyle: ground, lineWidth: 3 * px });
    ctx.strokeText(text, 0, 0, bbox.height);
    ctx.fillText(text, 0, 0, bbox.height);
    ctx.restore();
  }
  ctx.restore();
}
