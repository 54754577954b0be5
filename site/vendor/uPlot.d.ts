/** The part of uPlot that the lab's charts use; the build brings uPlot.js. */

export type Values = (number | undefined)[];

export interface Series {
  label?: string;
  scale?: string;
  stroke?: () => string;
  fill?: () => string;
  width?: number;
  dash?: number[];
  points?: { show?: boolean; size?: number; fill?: () => string };
  value?: (plot: unknown, value: number | null) => string;
}

export interface Axis {
  stroke?: () => string;
  font?: string;
  size?: number;
  gap?: number;
  space?: number;
  grid?: { stroke: () => string; width: number };
  ticks?: { show: boolean };
  values?: (plot: unknown, splits: number[]) => string[];
}

export interface Options {
  width: number;
  height: number;
  cursor?: {
    y?: boolean;
    drag?: { x?: boolean; y?: boolean };
    points?: { size: number };
    /** Values within `prox` CSS pixels are shown. */
    hover?: { prox?: number };
  };
  hooks?: { draw?: ((plot: uPlot) => void)[] };
  legend?: {
    live?: boolean;
    show?: boolean;
    markers?: Record<"stroke" | "dash", (plot: unknown, series: number) => string>;
  };
  scales?: Record<string, { time?: boolean; range?: unknown }>;
  axes?: Axis[];
  series: Series[];
}

export default class uPlot {
  constructor(options: Options, data: Values[], element: HTMLElement);
  readonly series: Series[];
  readonly ctx: CanvasRenderingContext2D;
  /** The area of the lines, in pixels of the canvas. */
  readonly bbox: { left: number; top: number; width: number; height: number };
  /** Where a value is; `onCanvas`: in pixels of the canvas. */
  valToPos(value: number, scale: string, onCanvas: boolean): number;
  addSeries(series: Series, at?: number): void;
  delSeries(at: number): void;
  setData(data: Values[]): void;
  setSize(size: { width: number; height: number }): void;
  redraw(): void;
  destroy(): void;
}
