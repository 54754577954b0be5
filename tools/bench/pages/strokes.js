// @ts-check
/**
 * Runs before the page's own scripts: measures from each of the pointer's events, while
 * it draws, to the frame that shows the first answer to a question asked after it. It
 * asks for no frame but to show one: a browser that has one to make handles pen and
 * messages in another order.
 */

const FRAME_MS = 1000 / 60; // Chromium without a screen

/**
 * Of each event. `work` is without the wait for a frame to begin; late by so many frames
 * after the first that began.
 * @type {{milliseconds: number, work: number, late: number}[]}
 */
const painted = [];
/** @type {number[]} */
let told = []; // when those were that no question has followed
/** @type {Map<number, number[]>} */
const asked = new Map(); // the same, by the question that followed them
const afterPaint = new MessageChannel();
/** @type {{events: number[], come: number, frame: number, begun: number}[]} */
const frames = []; // with answers that came before; a frame begins when the screen does
let drawing = false;

// of a move the browser tells at once, and once more in the next frame
for (const type of ["pointerdown", "pointerrawupdate", "pointerup"]) {
  addEventListener(
    type,
    (event) => {
      const onPaper = /** @type {Element} */ (event.target).id === "drawingCanvas";
      if (type === "pointerdown") drawing = onPaper;
      if (drawing) told.push(event.timeStamp);
      if (type === "pointerup") drawing = false;
    },
    true,
  );
}

// what a frame's callbacks post is received once the frame has been made
afterPaint.port1.onmessage = () => {
  const now = performance.now();
  const shown = frames.shift();
  if (shown === undefined) return;
  for (const at of shown.events) {
    const work = shown.come - at + now - shown.begun;
    const late = Math.floor((shown.frame - at) / FRAME_MS);
    painted.push({ milliseconds: now - at, work, late });
  }
};

globalThis.Worker = class extends Worker {
  /** @param {string | URL} url  @param {WorkerOptions} options */
  constructor(url, options) {
    super(url, options);
    this.addEventListener("message", ({ data: { id } }) => {
      const events = asked.get(id);
      if (events === undefined) return;
      asked.delete(id);
      const come = performance.now();
      requestAnimationFrame((frame) => {
        frames.push({ events, come, frame, begun: performance.now() });
        afterPaint.port2.postMessage(null);
      });
    });
  }

  /** @param {any} message  @param {any} [transfer] */
  postMessage(message, transfer) {
    super.postMessage(message, transfer);
    if (message.type !== "recognize") return;
    asked.set(message.id, told);
    told = [];
  }
};

Object.assign(globalThis, { painted });
