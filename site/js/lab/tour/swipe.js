/** Notices a finger that swipes sideways; the page still scrolls up and down. */

/** Shorter ones are taps, in CSS pixels. */
const SHORTEST = 48;

/** What a finger drags itself. */
const DRAGGED = "input, select, .map, .scroll";

/**
 * @param {HTMLElement} element  with touch-action: pan-y
 * @param {(step: 1 | -1) => void} act  1: on, by a swipe to the left
 */
export function onSwipe(element, act) {
  let start = /** @type {PointerEvent | null} */ (null);

  element.addEventListener("pointerdown", (event) => {
    const isDragged = /** @type {Element} */ (event.target).closest(DRAGGED) !== null;
    const isFinger = event.pointerType === "touch" && event.isPrimary;
    start = isFinger && !isDragged ? event : null;
  });
  element.addEventListener("pointercancel", () => (start = null)); // the page scrolls
  element.addEventListener("pointerup", ({ pointerId, clientX, clientY }) => {
    if (start?.pointerId !== pointerId) return;
    const [dx, dy] = [clientX - start.clientX, clientY - start.clientY];
    start = null;
    if (Math.abs(dx) >= SHORTEST && Math.abs(dx) > 2 * Math.abs(dy)) act(dx < 0 ? 1 : -1);
  });
}
