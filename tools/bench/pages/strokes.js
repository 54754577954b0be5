/**
 * Runs before the page's own scripts: measures the time from each pointer event of a
 * drawing to the frame that shows the first answer requested after it. It requests a
 * frame only to show an answer, because an idle browser orders pen events and messages
 * differently.
 */

const FRAME_MS = 1000 / 60; // Chromium without a screen

/**
 * Per event. `work` excludes the wait for a frame to begin; `late` counts frames after
 * the first possible one.
 * @type {{milliseconds: number, work: number, late: number}[]}
 */
const painted = [];
/** @type {number[]} */
let waiting = []; // times of events without a request after them
/** @type {Map<number, number[]>} */
const requested = new Map(); // times of events by the id of the request after them
const afterPaint = new MessageChannel();
/** @type {{events: number[], arrived: number, frame: number, begun: number}[]} */
const frames = []; // with their answers; `frame` is the display's time
let drawing = false;

// pointerrawupdate, because pointermove waits for the next frame
for (const type of ["pointerdown", "pointerrawupdate", "pointerup"]) {
  addEventListener(
    type,
    (event) => {
      const onPaper = /** @type {Element} */ (event.target).id === "drawingCanvas";
      if (type === "pointerdown") drawing = onPaper;
      if (drawing) waiting.push(event.timeStamp);
      if (type === "pointerup") drawing = false;
    },
    true,
  );
}

// a message posted in a frame's callback arrives after the frame
afterPaint.port1.start();
afterPaint.port1.addEventListener("message", () => {
  const now = performance.now();
  const shown = frames.shift();
  if (shown === undefined) return;
  for (const at of shown.events) {
    const work = shown.arrived - at + now - shown.begun;
    const late = Math.floor((shown.frame - at) / FRAME_MS);
    painted.push({ milliseconds: now - at, work, late });
  }
});

globalThis.Worker = class extends Worker {
  /** @param {string | URL} url  @param {WorkerOptions} options */
  constructor(url, options) {
    super(url, options);
    this.addEventListener("message", ({ data: { id } }) => {
      const events = requested.get(id);
      if (events === undefined) return;
      requested.delete(id);
      const arrived = performance.now();
      requestAnimationFrame((frame) => {
        frames.push({ events, arrived, frame, begun: performance.now() });
        afterPaint.port2.postMessage(null);
      });
    });
  }

  /** @param {any} message  @param {any} [transfer] */
  postMessage(message, transfer) {
    super.postMessage(message, transfer);
    if (message.type !== "recognize") return;
    requested.set(message.id, waiting);
    waiting = [];
  }
};

Object.assign(globalThis, { painted });
