// @ts-check
/** The page: makes the parts, and is the only one that knows them all. */

import { createAnswer } from "./answer/answer.js";
import { createBars } from "./answer/bars.js";
import { createCursor } from "./pad/keyboard-pen.js";
import { signOfLife } from "./boot/download.js";
import { createEngine } from "./worker/worker-client.js";
import { listenForKeys } from "./pad/shortcuts.js";
import { createLater, createLazyLab } from "./shell/lazy.js";
import { createLive } from "./worker/latest-only.js";
import { RUNTIME } from "./manifest.js";
import { asked, picked, shipped } from "./networks/sources.js";
import { createPad } from "./pad/pad.js";
import { createPictures } from "./input/image-input.js";
import { createPicker } from "./networks/picker.js";
import { createProblem } from "./answer/error-banner.js";
import { putAttribute } from "./shell/put.js";
import { createRasteriser } from "./pad/rasterise.js";
import { createSeen } from "./answer/network-input.js";
import { createSharing } from "./share/lazy-panel.js";
import { createStatus } from "./answer/status.js";
import { createTools } from "./pad/toolbar.js";
import * as words from "./text/page.js";

/** @typedef {import("./networks/sources.js").Source} Source */
/** @typedef {import("./worker/protocol.js").Answer} Answer */
/** @typedef {import("./worker/protocol.js").Description} Description */
/** @typedef {import("./worker/protocol.js").Fit} Fit */
/** @typedef {import("./worker/protocol.js").Progress} Progress */
/** @typedef {"booting" | "ready" | "busy" | "failed"} State */

/** @param {string} id */
const byId = (id) => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
};
const canvasById = (/** @type {string} */ id) =>
  /** @type {HTMLCanvasElement} */ (byId(id));

byId("stuck").remove(); // see start-check.js

const networks = shipped();
const first = asked(location) ?? networks[0];
let wanted = first;
/** @type {Description | null} */
let inUse = null; // what the worker recognises with
/** @type {Fit} */
let fit = "digit";
/** @type {Fit | null} */
let fitAsked = null; // by a link, of the network that is to be opened
let penDown = false;
/** @type {Awaited<ReturnType<typeof import("./preprocessing/panel.js").createSteps>> | null} */
let steps = null; // there once somebody has looked at them
let proven = false; // the worker that is there has answered
let opening = Promise.resolve();
let toOpen = 0; // networks that are chosen and not open yet
/** @type {ReturnType<typeof createEngine> | null} */
let engine = null;
/** @type {Promise<void> | null} */
let offline = null;
/** @type {import("./lab/lab.js").StandIn | null} */
let standIn = null; // answers instead of our own Python
const ours = (/** @type {import("./worker/protocol.js").Picture} */ picture) =>
  steps?.open ? steps.ask(picture) : running().recognize(picture);
/** @type {((answer: Answer | null) => void)[]} */
const answerListeners = [];
/** @type {((source: Source) => void)[]} */
const networkListeners = [];

const answer = createAnswer(byId("answer"));
const bars = createBars(byId("probabilities"));
const seen = createSeen(canvasById("seen"));
const status = createStatus(byId("status"));
const problem = createProblem(byId("problem"), {
  onRetry: begin,
  onDefault: () => choose(networks[0]),
});
const picker = createPicker(byId("network"), networks, {
  onPick: choose,
  onFile: (file) => choose(picked(file)),
});
const rasterise = createRasteriser(canvasById("scaledCanvas"));
const pad = createPad(canvasById("drawingCanvas"), {
  onStart() {
    penDown = true;
    answer.hold(true);
    live.touch();
    setTimeout(refresh); // as pad.js paints
  },
  onMove() {
    drawn();
    live.touch();
  },
  onChange() {
    penDown = false;
    refresh();
    share.changed();
    testset?.changed();
    askOrRest();
  },
});
const live = createLive({
  look() {
    if (inUse === null || state() === "failed" || pad.isEmpty()) return null;
    return steps?.open
      ? steps.look(pad.drawing(), pad.paper())
      : rasterise(pad.drawing(), fit);
  },
  ask: (picture) => (standIn ?? ours)(picture, ours),
  show,
  fail: (error) => {
    if (!isDeath(error)) failed(error);
  },
});

const tools = createTools(byId("tools"), pad, predict);
createCursor(byId("cursor"), byId("penSays"), canvasById("drawingCanvas"), pad.pen);
createLater(byId("samples"), "toggle", byId("linkNotice"), async () => {
  const { createSamples } = await import("./pad/sample-digits.js");
  await createSamples(/** @type {HTMLDetailsElement} */ (byId("samples")), (strokes) =>
    pad.put({ strokes, picture: null }),
  );
});
createLater(byId("wrong"), "toggle", byId("linkNotice"), async () => {
  const { createCorrectionMenu } = await import("./lab/teach/correction-menu.js");
  await createCorrectionMenu(/** @type {HTMLDetailsElement} */ (byId("wrong")), pad.drawing);
});
listenForKeys(document, { ...pad, predict });
const share = createSharing(byId("share"), byId("linkNotice"), {
  drawing: pad.drawing,
  setting: () => ({
    network: wanted === first || !networks.includes(wanted) ? null : wanted.name,
    fit: fit === inUse?.fit ? null : fit,
    asked: wanted === first,
    own: wanted !== first && !networks.includes(wanted),
  }),
  onOpen: openShared,
  onFile: pad.put,
});
createPictures(byId("pictures"), {
  put: pad.put,
  onWeights: (file) => choose(picked(file)),
});
createLater(byId("card"), "toggle", byId("cardSays"), async () => {
  const { createCard } = await import("./networks/card.js");
  const details = /** @type {HTMLDetailsElement} */ (byId("card"));
  networkListeners.push(createCard(details, () => inUse, () => wanted.size).refresh);
});
createLater(byId("steps"), "toggle", byId("stepsSays"), async () => {
  const { createSteps } = await import("./preprocessing/panel.js");
  const made = await createSteps(/** @type {HTMLDetailsElement} */ (byId("steps")), {
    ask: (picture, without) => running().ask("steps", { ...picture, without }),
    rasterise: (drawing) => rasterise(drawing, "digit"),
    again: askOrRest,
  });
  networkListeners.push((source) => made.network(source.name));
  made.network(wanted.name);
  made.fit(fit);
  steps = made;
  askOrRest();
});
/** @type {ReturnType<typeof import("./input/mnist-browser.js").createTestset> | null} */
let testset = null;
createLater(byId("testset"), "click", byId("testsetSays"), async (event) => {
  const { createTestset } = await import("./input/mnist-browser.js");
  testset = createTestset(byId("testset"), byId("testsetSays"), pad);
  testset.go(event);
});
byId("fit").addEventListener("change", () => {
  fit = /** @type {Fit} */ (fitButton().value);
  steps?.fit(fit);
  askOrRest();
});
bars.label([..."0123456789"]);
/** @type {import("./lab/lab.js").Page} */
const page = {
  picture: (as = fit) => (pad.isEmpty() ? null : rasterise(pad.drawing(), as)),
  put: pad.put,
  drawing: pad.strokes,
  paper: pad.drawing,
  onAnswer: (listener) => answerListeners.push(listener),
  engine: running,
  network: () => inUse,
  source: () => wanted,
  sources: () => networks,
  choose,
  onNetwork: (listener) => networkListeners.push(listener),
  answerBy(next) {
    standIn = next;
    askOrRest();
  },
};
createLazyLab(byId("lab"), async () => {
  const { createLab } = await import("./lab/lab.js");
  return createLab(byId("lab"), page);
});
share.lead(byId("languages"));
await share.open();
begin();

/** Get Python and the wanted network: at first, at Retry, after the worker's death. */
function begin() {
  problem.hide();
  setState("booting");
  status.begin();
  answer.say(pad.isEmpty() ? words.EARLY : words.WAITING);
  try {
    if (!engine?.usable) startEngine();
  } catch (error) {
    return failed(error);
  }
  use(wanted);
}

function startEngine() {
  status.bytes("runtime", 0, RUNTIME.firstBytes);
  if (engine === null) engine = createEngine({ onProgress, onDeath });
  else engine.restart();
}

/** @param {Source} source */
function choose(source) {
  picker.notify("");
  if (state() !== "failed") return use(source);
  wanted = source;
  begin();
}

/** Open one after the other: the last one chosen is the one that stays. */
function use(/** @type {Source} */ source) {
  toOpen += 1;
  opening = opening.then(() => open(source)).catch(failed);
}

/** @param {Source} source */
async function open(source) {
  if (inUse !== null) setState("busy");
  let network;
  try {
    network = await opened(source);
  } catch (error) {
    toOpen -= 1;
    if (!isDeath(error)) notOpened(source, error);
    return;
  }
  toOpen -= 1;
  const other = source !== wanted || inUse === null;
  wanted = source;
  inUse = network;
  problem.hide();
  setState("busy");
  picker.select(source, words.networkWords(network));
  if (other) useFit(fitAsked ?? network.fit);
  bars.label(network.labels);
  status.say("");
  if (other) testset?.forget();
  for (const listener of networkListeners) listener(source);
  askOrRest();
  tellTier();
}

/** How Python was started, for whoever looks into a page that starts slowly. */
async function tellTier() {
  try {
    const { tier, why } = await running().diagnose();
    Object.assign(document.body.dataset, { tier, why });
  } catch {
    // the worker is gone, which is told elsewhere
  }
}

/** @param {Source} source */
async function opened(source) {
  const count = (/** @type {number} */ loaded) => {
    if (inUse !== null) return;
    status.bytes("weights", loaded, Math.max(loaded, source.size));
  };
  count(0);
  const weights = await source.read(count);
  return running().open(weights);
}

/** The engine, which is there wherever anything is asked of it. */
function running() {
  return /** @type {NonNullable<typeof engine>} */ (engine);
}

/** @param {Source} source  @param {unknown} error */
function notOpened(source, error) {
  if (inUse === null) {
    wanted = source;
    return failed(error);
  }
  picker.select(wanted, words.networkWords(inUse));
  picker.notify(words.refused(source.name, wanted.name, error));
  askOrRest();
}

/** @param {Answer} reply  @param {boolean} last */
function show(reply, last) {
  proven = true;
  answer.show(reply, inUse?.labels ?? []);
  if (reply.status === "blank") bars.clear();
  else bars.show(reply.probabilities, reply.index, penDown);
  seen.show(reply);
  share.saw(reply.seen);
  status.say(`${words.timeWords(reply.milliseconds)} ${steps?.note() ?? ""}`);
  for (const listener of answerListeners) listener(reply);
  if (!last) return;
  testset?.answered(reply);
  rest();
}

/** Show what the drawing allows, and touch nothing that is so already. */
function refresh() {
  if (penDown) drawn();
  byId("hint").toggleAttribute("hidden", !pad.isEmpty());
  tools.refresh();
}

/** Nothing is to be done, unless the pen is down or a network is being opened. */
function rest() {
  if (penDown || toOpen > 0) return;
  answer.hold(false);
  setState("ready");
  goOffline();
}

/** The button, or Enter. */
function predict() {
  if (pad.isEmpty()) answer.say(words.BLANK);
  else if (state() === "failed") begin();
  else askOrRest();
}

/** Now that nothing is more urgent: have the page there without a network, too. */
function goOffline() {
  offline ??= import("./shell/offline.js").then(
    ({ startOffline }) => startOffline(byId("offline")),
    () => {}, // it is for next time: the page is as good without
  );
}

/** The drawing, if there is one, wants its answer at once. */
function askOrRest() {
  if (pad.isEmpty()) return cleared();
  drawn();
  live.settle();
}

/** There is ink, which waits for its answer. */
function drawn() {
  if (inUse !== null && state() !== "failed") setState("busy");
  else if (state() === "booting") answer.say(words.WAITING);
}

/** There is no ink: no answer is made up. */
function cleared() {
  live.forget();
  bars.clear();
  seen.clear();
  share.saw(null);
  for (const listener of answerListeners) listener(null);
  answer.hold(false);
  if (state() === "failed") return;
  answer.say(inUse === null ? words.EARLY : words.READY);
  if (inUse === null) return;
  status.say("");
  rest();
}

/** @param {Progress} progress */
function onProgress({ stage, loaded, total }) {
  signOfLife();
  // while a network is in use, opening another is but a moment
  if (inUse !== null || state() === "failed") return;
  if (stage === "download") status.bytes("runtime", loaded, total);
  else status.stage(stage);
}

/** The worker is gone: once it has shown what it can, another is worth a try. */
function onDeath(/** @type {Error} */ death) {
  live.forget();
  inUse = null;
  if (proven) begin();
  else failed(death);
  proven = false;
}

/** @param {unknown} error */
function failed(error) {
  setState("failed");
  live.forget();
  status.say("");
  answer.hold(false);
  answer.say("");
  problem.show(words.problemWords(error), wanted !== networks[0]);
}

/** @param {unknown} error */
function isDeath(error) {
  return error instanceof Error && error.name === "WorkerDeath"; // onDeath tells
}

/**
 * The drawing of a link, and what is to answer it. Returns what is to be said of it.
 * @param {import("./share/url-state.js").Shared} shared
 */
function openShared({ strokes, network, fit: seenAs }) {
  const source = network === null ? first : networks.find((n) => n.name === network);
  pad.put({ strokes, picture: null });
  fitAsked = seenAs;
  if (engine === null) wanted = source ?? wanted;
  else if (source !== undefined && source !== wanted) choose(source);
  else if (inUse !== null) {
    useFit(seenAs ?? inUse.fit);
    askOrRest();
  }
  return source === undefined ? words.networkGone(network ?? "", wanted.name) : "";
}

/** @param {Fit} next */
function useFit(next) {
  fitAsked = null;
  fit = next;
  steps?.fit(fit);
  fitButton(next).checked = true;
}

/** The checked button of the fit switch, or the one for `value`. */
function fitButton(/** @type {Fit | undefined} */ value = undefined) {
  const which = value === undefined ? ":checked" : `[value="${value}"]`;
  const button = byId("fit").querySelector(`input${which}`);
  return /** @type {HTMLInputElement} */ (button);
}

function state() {
  return /** @type {State} */ (document.body.dataset.state);
}

/** @param {State} next */
function setState(next) {
  putAttribute(document.body, "data-state", next);
}
