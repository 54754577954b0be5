/** Figures of the console's log: arrays as images, numbers as a chart. */

import { make } from "../../shell/dom.js";
import { layout, paint } from "../inspect/heatmap.js";
import * as words from "./text.js";

/** @import { ChartFigure, Figure, ImageFigure } from "./client.js" */

/** Limits of an image, in CSS pixels, and of one of its pixels. */
const [MAX_WIDTH, MAX_HEIGHT, MAX_PIXEL] = [420, 140, 5];
/** Of a chart, in CSS pixels. */
const [WIDTH, HEIGHT, MARGIN] = [320, 120, 18];
/** A chart of more numbers is a line. */
const MAX_BARS = 40;
/** Colours as in a heatmap, the same in every theme. */
const [GROUND, TEXT, POSITIVE, NEGATIVE] = ["#111827", "#e5e7eb", "#9dbeff", "#ffa050"];

/** @param {Figure} figure */
export function createFigure(figure) {
  const canvas = make("canvas");
  const text =
    "shape" in figure ? paintArray(canvas, figure) : paintChart(canvas, figure);
  const caption = make("figcaption", {}, text);
  return make("figure", { role: "img", "aria-label": text }, canvas, caption);
}

/** @param {HTMLCanvasElement} canvas  @param {ImageFigure} figure */
function paintArray(canvas, { shape, shares, low, high }) {
  const bytes = Uint8Array.from(atob(shares), (character) => character.charCodeAt(0));
  const where = layout(shape, Math.max(8, Math.ceil(Math.sqrt(3 * shape[0]))));
  canvas.className = "pixels";
  paint(canvas, new Int8Array(bytes.buffer), where);
  const { width, height } = where;
  const scale = Math.min(MAX_PIXEL, MAX_WIDTH / width, MAX_HEIGHT / height);
  canvas.style.width = `${width * scale}px`;
  return words.imageWords(shape, low, high);
}

/** @param {HTMLCanvasElement} canvas  @param {ChartFigure} figure */
function paintChart(canvas, { values, labels }) {
  canvas.width = WIDTH * devicePixelRatio;
  canvas.height = HEIGHT * devicePixelRatio;
  canvas.style.width = `${WIDTH}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(devicePixelRatio, devicePixelRatio);
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const range = high - low || 1;
  const step = (WIDTH - MARGIN) / values.length;
  const x = (/** @type {number} */ i) => MARGIN / 2 + i * step;
  const y = (/** @type {number} */ value) =>
    MARGIN / 2 + ((high - value) / range) * (HEIGHT - 1.5 * MARGIN);
  if (values.length > MAX_BARS) {
    context.strokeStyle = POSITIVE;
    for (const [i, value] of values.entries()) context.lineTo(x(i + 0.5), y(value));
    context.stroke();
  } else {
    context.font = "11px system-ui";
    context.textAlign = "center";
    for (const [i, value] of values.entries()) {
      context.fillStyle = value < 0 ? NEGATIVE : POSITIVE;
      context.fillRect(x(i + 0.1), y(value), 0.8 * step, y(0) - y(value) || 1);
      context.fillStyle = TEXT;
      context.fillText(labels[i] ?? String(i), x(i + 0.5), HEIGHT - 5, step);
    }
  }
  return words.chartWords(values, labels);
}
