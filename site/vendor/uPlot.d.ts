/** The part of uPlot that the lab's charts use; the build brings uPlot.js. */

export type Values = (number | null)[];

export interface Series {
  label?: string;
  scale?: string;
  stroke?: () => string;
  fill?: () => string;
  width?: number;
  spanGaps?: boolean;
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
  cursor?: { y?: boolean; drag?: { x?: boolean; y?: boolean }; points?: { size: number } };
  legend?: { live?: boolean; show?: boolean };
  scales?: Record<string, { time?: boolean; range?: unknown }>;
  axes?: Axis[];
  series: Series[];
}

export default class uPlot {
  constructor(options: Options, data: Values[], element: HTMLElement);
  setData(data: Values[]): void;
  setSize(size: { width: number; height: number }): void;
  redraw(): void;
  destroy(): void;
}
