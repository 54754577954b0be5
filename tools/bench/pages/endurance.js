// @ts-check
/**
 * The endurance benchmark's hand: draws on the page's pad and waits for the answer.
 * Added to each page before the page's own scripts.
 */

/** @typedef {{left: number, top: number, width: number}} Box */

/** Side of the pad's canvas, in the pixels of strokes. */
const SIDE_PX = 336;

/** A wrong answer may be one that is late, so wait this long for the right one. */
const PATIENCE_MS = 15_000;

/**
 * @param {HTMLElement} pad
 * @param {Box} box
 * @param {string} type
 * @param {number[]} point
 */
function point(pad, { left, top, width }, type, [x, y]) {
  const scale = width / SIDE_PX;
  pad.dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      button: type === "pointermove" ? -1 : 0,
      buttons: type === "pointerup" ? 0 : 1,
      clientX: left + x * scale,
      clientY: top + y * scale,
      isPrimary: true,
      pointerId: 1,
      pointerType: "mouse",
    }),
  );
}

const answered = () =>
  document.querySelector("body[data-state=ready] #answer .digit")?.textContent ?? "";

/**
 * Resolves when the page shows this answer; with the one it shows, if it never does.
 * @param {string} wanted  "any": whichever
 */
async function answer(wanted) {
  const end = performance.now() + PATIENCE_MS;
  const isWanted = () => (wanted === "any" ? answered() !== "" : answered() === wanted);
  while (!isWanted() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return answered();
}

/**
 * Replaces the drawing; resolves with the answer.
 * @param {string} label
 * @param {number[][][]} strokes
 */
async function draw(label, strokes) {
  const pad = /** @type {HTMLElement} */ (document.getElementById("drawingCanvas"));
  const clear = /** @type {HTMLElement} */ (document.getElementById("clearBtn"));
  clear.click();
  await answer("");
  const box = pad.getBoundingClientRect();
  for (const [first, ...rest] of strokes) {
    point(pad, box, "pointerdown", first);
    for (const at of rest) point(pad, box, "pointermove", at);
    point(pad, box, "pointerup", rest.at(-1) ?? first);
  }
  return answer(label);
}

/**
 * Chooses a network for the drawing; resolves with its answer, or the refusal.
 * @param {string} label
 * @param {string} network
 */
async function choose(label, network) {
  const list = /** @type {HTMLSelectElement} */ (document.getElementById("networkList"));
  list.value = network;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve)); // the page is busy from now on
  const found = await answer(label);
  return document.querySelector("#network .notice")?.textContent || found;
}

/** Bytes and types of weights that were fetched, by URL. */
const weights = /** @type {Map<string, Promise<[ArrayBuffer, string]>>} */ (new Map());
const { fetch } = globalThis;

/**
 * Fetches each weights file once: DevTools, by which a benchmark drives the page, keeps up
 * to 200 MB of responses in the page's process, and would be measured.
 * @type {typeof fetch}
 */
async function fetchOnce(input, options) {
  const url = input instanceof Request ? input.url : String(input);
  if (!/\/models-[0-9a-f]+\//.test(url)) return fetch(input, options);
  const load = async () => {
    const response = await fetch(input);
    const type = response.headers.get("content-type") ?? "";
    return /** @type {[ArrayBuffer, string]} */ ([await response.arrayBuffer(), type]);
  };
  const found = weights.get(url) ?? load();
  weights.set(url, found);
  const [bytes, type] = await found;
  return new Response(bytes.slice(0), { headers: { "content-type": type } });
}

globalThis.fetch = fetchOnce;
Object.assign(globalThis, { endurance: { draw, choose } });
