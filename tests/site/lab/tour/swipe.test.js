/** A finger that swipes sideways changes the step, and nothing else does. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { onSwipe } from "../../../../site/js/lab/tour/swipe.js";

/**
 * The steps of a finger that goes from (100, 100) by some pixels.
 * @param {number} dx  @param {number} dy  @param {object} event  other properties
 */
function swipe(dx, dy, { pointerType = "touch", end = "pointerup", on = null } = {}) {
  const element = new EventTarget();
  const steps = [];
  onSwipe(element, (step) => steps.push(step));
  const send = (type, clientX, clientY) => {
    const event = Object.assign(new Event(type), { clientX, clientY, pointerType });
    Object.assign(event, { pointerId: 3, isPrimary: true });
    Object.defineProperty(event, "target", { value: { closest: () => on } });
    element.dispatchEvent(event);
  };
  send("pointerdown", 100, 100);
  send(end, 100 + dx, 100 + dy);
  send("pointerup", 100 + dx, 100 + dy); // of another finger
  return steps;
}

test("to the left is on, to the right is back", () => {
  assert.deepEqual(swipe(-80, 10), [1]);
  assert.deepEqual(swipe(80, -10), [-1]);
});

for (const [what, steps] of Object.entries({
  "a tap": swipe(-10, 0),
  "a swipe down": swipe(-80, 60),
  "a mouse": swipe(-80, 0, { pointerType: "mouse" }),
  "a finger that scrolls the page": swipe(-80, 0, { end: "pointercancel" }),
  "a finger on a slider": swipe(-80, 0, { on: {} }),
})) {
  test(`${what} does not change the step`, () => assert.deepEqual(steps, []));
}
