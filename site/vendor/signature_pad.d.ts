/** What the page uses of signature_pad, whose JavaScript the build puts beside this. */

export interface BasicPoint {
  x: number; // in CSS pixels, from the canvas's corner
  y: number;
  time: number;
  pressure: number;
}

export interface Options {
  minDistance?: number; // in CSS pixels
  throttle?: number; // in milliseconds
}

export default class SignaturePad extends EventTarget {
  constructor(canvas: HTMLCanvasElement, options?: Options);
  clear(): void;
  on(): void;
  toData(): { points: BasicPoint[] }[];
}
