/** When a refused drawing is read as a number. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { createOffer } from "../../../site/js/numbers/offer.js";

const REFUSED = { status: "not-a-digit" };
const LONG_MS = 60_000;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The page, whose strokes are read as this number. */
function createScene(text = "42") {
  const scene = {
    button: { hidden: true, addEventListener() {} },
    drawing: { strokes: [], picture: null },
    isWanted: true,
    read: mock.fn(async () => ({ accepted: true, text })),
    /** Another stroke has ended, and the drawing is no digit. */
    draw(stroke) {
      scene.offer.hide(); // as the pen touched the paper
      scene.drawing = { strokes: [...scene.drawing.strokes, stroke], picture: null };
      scene.offer.consider(REFUSED);
    },
    async pause() {
      mock.timers.tick(LONG_MS);
      await turn();
    },
  };
  scene.offer = createOffer(scene.button, {
    isWanted: () => scene.isWanted,
    drawing: () => scene.drawing,
    read: scene.read,
    onAccept() {},
  });
  return scene;
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("two digits are offered as a number once the person pauses", async () => {
  const { button, draw, pause, read } = createScene();
  for (const stroke of ["4, first", "4, second", "2"]) draw(stroke);

  await pause();

  assert.equal(button.hidden, false);
  assert.deepEqual(read.mock.calls[0].arguments, [["4, first", "4, second", "2"]]);
  assert.equal(read.mock.callCount(), 1);
});

test("a 4 whose last stroke comes quickly is not read as a number in its midst", async () => {
  const { button, draw, offer, pause, read } = createScene();
  for (const stroke of ["left", "bar"]) draw(stroke);

  offer.hide(); // the pen is on the paper again
  await pause();
  offer.consider({ status: "digit" });
  await pause();

  assert.equal(read.mock.callCount(), 0);
  assert.equal(button.hidden, true);
});

test("nothing is offered for a drawing that has changed while it was read", async () => {
  const scene = createScene();
  for (const stroke of ["left", "bar"]) scene.draw(stroke);
  mock.timers.tick(LONG_MS);

  scene.drawing = { strokes: ["left", "bar", "stem"], picture: null };
  await turn();

  assert.equal(scene.button.hidden, true);
});

test("one digit, read again as a number, is no reason to write numbers", async () => {
  const { button, draw, pause } = createScene("4");
  for (const stroke of ["left", "bar"]) draw(stroke);

  await pause();

  assert.equal(button.hidden, true);
});

test("nothing is offered once the person has chosen to write numbers", async () => {
  const scene = createScene();
  for (const stroke of ["4, first", "4, second", "2"]) scene.draw(stroke);
  mock.timers.tick(LONG_MS);

  scene.isWanted = false;
  await turn();

  assert.equal(scene.read.mock.callCount(), 1);
  assert.equal(scene.button.hidden, true);
});

test("a drawing that cannot be read as a number gets no offer, and no error", async () => {
  const { button, draw, pause, read } = createScene();
  read.mock.mockImplementation(() => Promise.reject(new Error("no connection")));
  for (const stroke of ["left", "bar"]) draw(stroke);

  await pause();

  assert.equal(read.mock.callCount(), 1);
  assert.equal(button.hidden, true);
});
