// @ts-check
/**
 * Mouse, pen and finger on one element, as one pen: which of them draws, and where.
 *
 * One pointer draws at a time. A pen goes before fingers: while it is down, and shortly
 * after, a finger is taken for the palm; and what a palm drew before the pen came down
 * is dropped. Pressure, tilt and contact size are not looked at.
 */

/** Milliseconds after a pen's last sign in which a touch is the hand that holds it. */
const PALM_MS = 500;

/** What a pen's event has in `buttons` while its other end is used. */
const ERASER = 32;

/**
 * @param {HTMLElement} element
 * @param {object} events
 * @param {(at: PointerEvent, eraser: boolean) => void} events.onDown
 *   eraser: with the pen's other end
 * @param {(path: PointerEvent[]) => void} events.onMove  all the way since the last one
 * @param {(at: PointerEvent | null) => void} events.onUp  null: it was lost, no one
 *   knows where
 * @param {() => void} events.onDrop  what was drawn since onDown was a palm's
 */
export function followPointer(element, { onDown, onMove, onUp, onDrop }) {
  /** @type {{id: number, type: string} | null} */
  let drawing = null;
  let penSeen = -Infinity;
  let early = false; // we are told of moves at once

  const isOurs = (/** @type {PointerEvent} */ event) => drawing?.id === event.pointerId;

  function noticePen(/** @type {PointerEvent} */ event) {
    if (event.pointerType === "pen") penSeen = event.timeStamp;
  }

  /** @param {PointerEvent} event */
  function mayDraw({ button, ctrlKey, buttons, pointerType, timeStamp }) {
    if (pointerType === "touch") return timeStamp - penSeen > PALM_MS;
    if (pointerType === "pen") return button === 0 || (buttons & ERASER) !== 0;
    return button === 0 && !ctrlKey; // with Ctrl it is a Mac's right button
  }

  function down(/** @type {PointerEvent} */ event) {
    noticePen(event);
    if (drawing !== null) {
      if (event.pointerType !== "pen" || drawing.type !== "touch") return;
      drawing = null;
      onDrop();
    }
    if (!mayDraw(event)) return;
    drawing = { id: event.pointerId, type: event.pointerType };
    early = false;
    capture(element, event.pointerId);
    onDown(event, (event.buttons & ERASER) !== 0);
  }

  function move(/** @type {PointerEvent} */ event) {
    noticePen(event);
    if (!isOurs(event)) return;
    if (event.type !== "pointermove") early = true;
    else if (early) return;
    if (event.buttons === 0) return end(null); // it was lifted out of our sight
    const path = event.getCoalescedEvents?.() ?? []; // none without https
    onMove(path.length > 0 ? path : [event]);
  }

  /** @param {PointerEvent | null} at */
  function end(at) {
    drawing = null;
    onUp(at);
  }

  element.addEventListener("pointerdown", down);
  element.addEventListener("mousedown", focusSoon);
  // before a frame is due, if the browser can: its answer may be there by then
  element.addEventListener("pointerrawupdate", (event) =>
    move(/** @type {PointerEvent} */ (event)),
  );
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", (event) => {
    noticePen(event);
    if (isOurs(event)) end(event);
  });
  // the system has taken the pointer away: what is drawn is kept
  for (const type of /** @type {const} */ (["pointercancel", "lostpointercapture"])) {
    element.addEventListener(type, (event) => {
      noticePen(event);
      if (isOurs(event)) end(null);
    });
  }
  element.addEventListener("contextmenu", (event) => {
    if (drawing !== null) event.preventDefault(); // a long press draws
  });
  leaveToUs(element);
}

/**
 * The focus goes to what was clicked, but not in the event: the browser would have a
 * frame to make because of it, and delivers no message, and so no answer, before that.
 * @param {MouseEvent} event
 */
function focusSoon(event) {
  if (event.button !== 0 || !knowsFocusVisible()) return;
  event.preventDefault();
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  setTimeout(() => element.focus({ preventScroll: true, focusVisible: false }));
}

/** Whether the focus can be set without its ring, as a click sets it. */
function knowsFocusVisible() {
  let known = false;
  document.createElement("i").focus({
    get focusVisible() {
      known = true;
      return false;
    },
  });
  return known;
}

/** Follow the pointer over the element's edge, where the browser can. */
function capture(/** @type {HTMLElement} */ element, /** @type {number} */ id) {
  try {
    element.setPointerCapture(id);
  } catch {
    // it is up already: its pointerup comes, or the next move tells
  }
}

/** No Scribble on an iPad, no loupe, no page that scrolls: touches draw. */
function leaveToUs(/** @type {HTMLElement} */ element) {
  for (const type of ["touchstart", "touchmove"]) {
    element.addEventListener(type, (event) => event.preventDefault(), {
      passive: false,
    });
  }
}
