/**
 * Merges mouse, pen and touch on one element into one pen, with palm rejection.
 *
 * One pointer draws at a time. A pen has priority over touch: while it is down, and shortly
 * after, touches are taken for the palm; what a touch drew before the pen went down is
 * dropped. Pressure, tilt and contact size are ignored.
 */

/** Milliseconds after a pen's last event in which a touch is taken for the palm. */
const PALM_MS = 500;

/** In `buttons` of a mouse's event while its first button is pressed. */
const FIRST = 1;
/** In `buttons` of a pen's event while its eraser end is used. */
const ERASER = 32;

/**
 * @param {HTMLElement} element
 * @param {object} events
 * @param {(at: PointerEvent, eraser: boolean) => void} events.onDown
 *   eraser: with the pen's eraser end
 * @param {(path: PointerEvent[]) => void} events.onMove  path since the last call
 * @param {(at: PointerEvent | null) => void} events.onUp  null: lost at an unknown position
 * @param {() => void} events.onDrop  discard what was drawn since onDown: a palm drew it
 */
export function followPointer(element, { onDown, onMove, onUp, onDrop }) {
  let drawing = /** @type {{id: number, type: string} | null} */ (null);
  let penSeen = -Infinity;
  let hasRawUpdates = false; // pointerrawupdate fires, so ignore pointermove

  const isDrawing = (/** @type {PointerEvent} */ event) => drawing?.id === event.pointerId;

  function noticePen(/** @type {PointerEvent} */ event) {
    if (event.pointerType === "pen") penSeen = event.timeStamp;
  }

  /** @param {PointerEvent} event */
  function mayDraw({ button, ctrlKey, buttons, pointerType, timeStamp }) {
    if (pointerType === "touch") return timeStamp - penSeen > PALM_MS;
    if (pointerType === "pen") return button === 0 || (buttons & ERASER) !== 0;
    return button === 0 && !ctrlKey; // Ctrl+click is a right click on a Mac
  }

  function down(/** @type {PointerEvent} */ event) {
    noticePen(event);
    if (drawing !== null) {
      if (event.pointerType === "pen" && drawing.type === "touch") {
        drawing = null;
        onDrop();
      } else if (event.isPrimary && event.pointerType === drawing.type) {
        end(null); // the element was removed under the first one, which is up by now
      } else return;
    }
    if (!mayDraw(event)) return;
    drawing = { id: event.pointerId, type: event.pointerType };
    hasRawUpdates = false;
    capture(element, event.pointerId);
    onDown(event, (event.buttons & ERASER) !== 0);
  }

  function move(/** @type {PointerEvent} */ event) {
    noticePen(event);
    if (!isDrawing(event)) return;
    if (event.type !== "pointermove") hasRawUpdates = true;
    else if (hasRawUpdates) return;
    const { pointerType, buttons } = event;
    const held = pointerType === "mouse" ? buttons & FIRST : buttons;
    if (held === 0) return end(null); // its pointerup was lost, or waits for another button
    const path = event.getCoalescedEvents?.() ?? []; // missing without https
    onMove(path.length > 0 ? path : [event]);
  }

  /** @param {PointerEvent | null} at */
  function end(at) {
    drawing = null;
    onUp(at);
  }

  element.addEventListener("pointerdown", down);
  element.addEventListener("mousedown", focusSoon);
  // fires before the next frame, so its answer may be ready for that frame
  element.addEventListener("pointerrawupdate", (event) =>
    move(/** @type {PointerEvent} */ (event)),
  );
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", (event) => {
    noticePen(event);
    if (isDrawing(event)) end(event);
  });
  // the system has taken over the pointer: keep what is drawn
  for (const type of /** @type {const} */ (["pointercancel", "lostpointercapture"])) {
    element.addEventListener(type, (event) => {
      noticePen(event);
      if (isDrawing(event)) end(null);
    });
  }
  element.addEventListener("contextmenu", (event) => {
    if (drawing !== null) event.preventDefault(); // a long press must draw
  });
  preventTouchDefaults(element);
}

/**
 * Focus the clicked element, but after the event: focusing in it would make the browser
 * render a frame before it delivers messages, and delay the answer.
 * @param {MouseEvent} event
 */
function focusSoon(event) {
  if (event.button !== 0 || !supportsFocusVisible()) return;
  event.preventDefault();
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  setTimeout(() => element.focus({ preventScroll: true, focusVisible: false }));
}

/** Whether focus() supports `focusVisible`, to set the focus without its ring. */
function supportsFocusVisible() {
  let supported = false;
  document.createElement("i").focus({
    get focusVisible() {
      supported = true;
      return false;
    },
  });
  return supported;
}

/** Receive events also outside the element. */
function capture(/** @type {HTMLElement} */ element, /** @type {number} */ id) {
  try {
    element.setPointerCapture(id);
  } catch {
    // already up: its pointerup or the next move ends the stroke
  }
}

/** No Scribble, magnifier or scrolling: touches draw. */
function preventTouchDefaults(/** @type {HTMLElement} */ element) {
  for (const type of ["touchstart", "touchmove"]) {
    element.addEventListener(type, (event) => event.preventDefault(), {
      passive: false,
    });
  }
}
