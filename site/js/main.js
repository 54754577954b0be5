/** The page: makes the parts and connects them. */

import { createAnswer } from "./answer/answer.js";
import { createBars } from "./answer/bars.js";
import { createErrorBanner } from "./answer/error-banner.js";
import { createNetworkInput } from "./answer/network-input.js";
import { createScale } from "./answer/scale.js";
import { createStatus } from "./answer/status.js";
import { createImageInput } from "./input/image-input.js";
import { RUNTIME } from "./manifest.js";
import { createLabelView } from "./networks/label-view.js";
import { isUnusable, lastUsed, remember } from "./networks/last-used.js";
import { createModeSwitch } from "./numbers/mode-switch.js";
import { createOffer } from "./numbers/offer.js";
import { createPicker } from "./networks/picker.js";
import { shippedSources, sourceFromAddress, sourceFromFile } from "./networks/sources.js";
import { createEnlarge } from "./pad/enlarge.js";
import { keepDrawing, keptDrawing } from "./pad/kept-drawing.js";
import { createKeyboardPen } from "./pad/keyboard-pen.js";
import { createPad } from "./pad/pad.js";
import { createRasterizer } from "./pad/rasterize.js";
import { listenForShortcuts } from "./pad/shortcuts.js";
import { flatten } from "./pad/strokes.js";
import { createToolbar } from "./pad/toolbar.js";
import { createSession, isDeath } from "./session.js";
import { createLazyShare } from "./share/lazy-panel.js";
import { createAddress } from "./shell/address.js";
import { putAttribute, unfold } from "./shell/dom.js";
import { loadOnFirst } from "./shell/lazy.js";
import { isReplaced } from "./shell/release.js";
import { createViews } from "./shell/views.js";
import { areDigits } from "./text/labels.js";
import * as words from "./text/page.js";
import { createLive } from "./worker/latest-only.js";
import { createPythonClient } from "./worker/python-client.js";

/** @typedef {import("./networks/sources.js").Source} Source */
/** @typedef {import("./worker/protocol.js").Answer} Answer */
/** @typedef {import("./worker/protocol.js").Fit} Fit */
/** @typedef {import("./worker/protocol.js").Picture} Picture */
/** @typedef {Awaited<ReturnType<typeof import("./preprocessing/panel.js").createStepsPanel>>} Steps */
/** @typedef {ReturnType<typeof import("./input/mnist-browser.js").createMnistBrowser>} MnistBrowser */

/** @param {string} id */
const byId = (id) => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
};
const canvasById = (/** @type {string} */ id) =>
  /** @type {HTMLCanvasElement} */ (byId(id));
const buttonById = (/** @type {string} */ id) =>
  /** @type {HTMLButtonElement} */ (byId(id));
const detailsById = (/** @type {string} */ id) =>
  /** @type {HTMLDetailsElement} */ (byId(id));

byId("stuck").remove(); // see start-check.js

const address = createAddress();

const networks = shippedSources();
const first = sourceFromAddress(location) ?? networks[0];
const reopened = lastUsed(first, networks);
/** @type {Fit} */
let fit = "digit";
/** Asked for by a link, with the network that is to be opened. @type {Fit | null} */
let linkedFit = null;
let penDown = false;
/** Parts that are loaded on first use. @type {Steps | null} */
let steps = null;
/** @type {MnistBrowser | null} */
let mnistBrowser = null;
/** @type {Promise<void> | null} */
let offline = null;
/** @type {Promise<void> | null} */
let offered = null;
let keepChanged = () => {}; // until a drawing of an earlier visit is there again
/** Used instead of the page's own worker if set. @type {import("./lab/lab.js").AnswerOverride | null} */
let answerOverride = null;
/** @type {((answer: Answer | null) => void)[]} */
const answerListeners = [];
/** @type {((source: Source) => void)[]} */
const networkListeners = [];

const session = createSession(first, createPythonClient, {
  onState: (state) => putAttribute(document.body, "data-state", state),
  onBegin() {
    errorBanner.hide();
    status.begin();
    answer.showMessage(pad.isEmpty() ? words.EARLY : words.WAITING);
  },
  onStart: () => status.bytes("runtime", 0, RUNTIME.firstBytes),
  onProgress({ stage, loaded, total }) {
    if (stage === "download") status.bytes("runtime", loaded, total);
    else status.stage(stage);
  },
  onWeights: (loaded) =>
    status.bytes("weights", loaded, Math.max(loaded, session.source.size)),
  onOpened,
  onRefused(source, error) {
    selectNetwork();
    picker.notify(words.refused(source.name, session.source.name, error));
    if (networks.includes(source)) notifyIfReplaced();
    askOrRest();
  },
  onSlow(isSlow) {
    if (isSlow) errorBanner.show(words.slowWords(), false);
    else errorBanner.hide();
  },
  onFailed(error) {
    if (session.source === reopened && session.network === null && isUnusable(error)) {
      byId("linkNotice").textContent = words.refused(reopened.name, first.name, error);
      return choose(first);
    }
    reader().forget();
    status.showMessage("");
    answer.setBusy(false);
    answer.showMessage("");
    errorBanner.show(words.problemWords(error), session.source !== networks[0]);
  },
});
const answer = createAnswer(byId("answer"));
const bars = createBars(byId("probabilities"));
const scale = createScale(byId("scale"), bars.setLogarithmic);
const labelView = createLabelView(document.body, networks[0].labels ?? []);
const networkInput = createNetworkInput(canvasById("seen"));
const status = createStatus(byId("status"));
const errorBanner = createErrorBanner(byId("problem"), {
  onRetry: session.begin,
  onDefault: () => choose(networks[0]),
});
const picker = createPicker(byId("network"), networks, {
  onPick: choose,
  onFile: (file) => choose(sourceFromFile(file)),
});
const scaledCanvas = canvasById("scaledCanvas");
const rasterize = createRasterizer(scaledCanvas);
const pad = createPad(canvasById("drawingCanvas"), {
  onStart() {
    penDown = true;
    numberOffer.hide();
    answer.setBusy(true);
    reader().touch();
    setTimeout(refresh); // after the pad has painted
  },
  onMove() {
    expectAnswer();
    reader().touch();
  },
  onChange() {
    penDown = false;
    refresh();
    keepChanged();
    share.changed();
    numbers.follow(pad.drawing());
    mnistBrowser?.changed();
    askOrRest();
  },
});
const live = createLive({
  look() {
    if (pad.isEmpty() || numbers.mode === "number") return null;
    if (session.canAnswer && steps?.open) return steps.prepare(pad.drawing(), pad.canvas());
    const image = rasterize(pad.drawing(), fit);
    if (session.canAnswer) return image;
    networkInput.preview(scaledCanvas);
    return null;
  },
  ask: (picture) => (answerOverride ?? recognize)(picture, recognize),
  show,
  fail: failUnlessDead,
});
const numbers = createModeSwitch(
  byId("mode"),
  byId("linkNotice"),
  async () => {
    const { createSheet } = await import("./numbers/sheet.js");
    return createSheet({
      pad,
      scroller: byId("sheet"),
      result: byId("result"),
      labels: () => (session.canAnswer ? (session.network?.labels ?? null) : null),
      ask: read,
      write: (verdict, text) => answer.write({ ...verdict, other: "" }, text),
      onAnswer: showAnswered,
      fail: failUnlessDead,
    });
  },
  () => {
    live.forget();
    if (session.resume()) errorBanner.hide(); // only the other mode may have failed
    showTexts();
    showNothing();
    refresh();
    askOrRest();
  },
);
const numberOffer = createOffer(buttonById("twoDigitsBtn"), {
  isWanted: () => numbers.isAllowed && numbers.mode === "digit",
  drawing: pad.drawing,
  read: (strokes) => read(flatten(strokes)),
  onAccept: () => numbers.choose("number"),
});
/** What asks about the drawing: as a digit or as a number. */
const reader = () => numbers.sheet ?? live;
const tools = createToolbar(byId("tools"), pad, predict);
const share = createLazyShare(byId("share"), byId("linkNotice"), {
  drawing: pad.drawing,
  setting() {
    const isShipped = networks.includes(session.source);
    const isFirst = session.source === first;
    return {
      network: isFirst || !isShipped ? null : session.source.name,
      fit: fit === session.network?.fit ? null : fit,
      mode: numbers.mode,
      keepModel: isFirst,
      isFile: !isFirst && !isShipped,
    };
  },
  onOpen: openShared,
  onFile: pad.put,
  address,
});

createKeyboardPen(byId("cursor"), byId("penSays"), canvasById("drawingCanvas"), pad.pen);
createEnlarge(document.body);
listenForShortcuts(document, { ...pad, predict });
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // it would replace the view in the address
  canvasById("drawingCanvas").focus();
});
createImageInput(byId("pictures"), {
  put: pad.put,
  onWeights: (file) => choose(sourceFromFile(file)),
});
byId("mode").addEventListener("change", share.unlink);
byId("fit").addEventListener("change", () => {
  fit = /** @type {Fit} */ (fitButton().value);
  share.unlink();
  steps?.setFit(fit);
  askOrRest();
});
useLabels();
connectLazyParts();
/** @type {import("./lab/lab.js").Page} */
const pageForLab = {
  picture: (as = fit) =>
    pad.isEmpty() || numbers.sheet !== null ? null : rasterize(pad.drawing(), as),
  put: pad.put,
  strokes: pad.strokes,
  drawing: pad.drawing,
  onAnswer: (listener) => answerListeners.push(listener),
  client: () => session.client,
  network: () => session.network,
  source: () => session.source,
  labels,
  sources: () => networks,
  choose,
  onNetwork: (listener) => networkListeners.push(listener),
  address,
  showSteps() {
    unfold(detailsById("steps"));
    byId("steps").querySelector("summary")?.focus(); // far enough up for what is loaded below
  },
  drawOneDigit: () => numbers.choose("digit"),
  overrideAnswers(next) {
    answerOverride = next;
    askOrRest();
  },
};
const views = createViews(document.body, address, async () => {
  const { createLab } = await import("./lab/lab.js");
  return createLab(byId("lab"), pageForLab);
});
byId("howBtn").addEventListener("click", () =>
  views.go({ view: "learn", panel: "tour", step: null }),
);
share.appendStateTo(byId("languages"));
const linkedName = address.get("network");
session.prefer(networks.find(({ name }) => name === linkedName) ?? reopened ?? first);
session.begin(); // first: what follows may wait for a module, and would delay Python
restoreDrawing();

/** Show the drawing of a link, or else the one that was there before a reload. */
async function restoreDrawing() {
  await share.openLink();
  if (pad.isEmpty()) numbers.restore(address.get("mode"));
  const kept = pad.isEmpty() ? await keptDrawing() : null;
  if (kept !== null && pad.isEmpty()) {
    const notice = byId("linkNotice").textContent; // of a damaged link
    pad.put(kept);
    byId("linkNotice").textContent = notice;
  }
  keepChanged = keepDrawing(pad.drawing, () => {
    byId("linkNotice").textContent = words.NOT_KEPT;
  });
}

/** Parts that few visitors need are loaded when they are first touched. */
function connectLazyParts() {
  loadOnFirst(byId("samples"), "toggle", byId("linkNotice"), async () => {
    const { createSamples } = await import("./pad/sample-digits.js");
    await createSamples(detailsById("samples"), (strokes) =>
      pad.put({ strokes, picture: null }),
    );
  });
  loadOnFirst(byId("wrong"), "toggle", byId("linkNotice"), async () => {
    const { createCorrectionMenu } = await import("./lab/teach/correction-menu.js");
    const { offer } = await createCorrectionMenu(detailsById("wrong"), pad.drawing, () =>
      views.go({ view: "learn", panel: "teach" }),
    );
    networkListeners.push(() => offer(labels()));
    offer(labels());
  });
  loadOnFirst(byId("card"), "toggle", byId("cardSays"), async () => {
    const { createCard } = await import("./networks/card.js");
    const network = () => session.network;
    const size = () => session.source.size;
    networkListeners.push(createCard(detailsById("card"), network, size).refresh);
  });
  loadOnFirst(byId("steps"), "toggle", byId("stepsSays"), async () => {
    const { createStepsPanel } = await import("./preprocessing/panel.js");
    const made = await createStepsPanel(detailsById("steps"), {
      ask: (picture, without) =>
        session.client.request("steps", { ...picture, without }),
      rasterize: (drawing) => rasterize(drawing, "digit"),
      onChange: askOrRest,
    });
    networkListeners.push((source) => made.setNetwork(source.name));
    made.setNetwork(session.source.name);
    made.setFit(fit);
    steps = made;
    askOrRest();
  });
  loadOnFirst(byId("testset"), "click", byId("testsetSays"), async (event) => {
    const { createMnistBrowser } = await import("./input/mnist-browser.js");
    mnistBrowser = createMnistBrowser(byId("testset"), byId("testsetSays"), pad);
    mnistBrowser.handleClick(event);
  });
}

/** @param {Source} source */
function choose(source) {
  picker.notify("");
  share.unlink();
  session.choose(source);
}

/** @param {boolean} isOther  than the network that was in use */
function onOpened(isOther) {
  const network = /** @type {NonNullable<typeof session.network>} */ (session.network);
  errorBanner.hide();
  selectNetwork();
  remember(session.source, first, networks);
  if (isOther || linkedFit !== null) useFit(linkedFit ?? network.fit);
  if (isOther) mnistBrowser?.reset();
  useLabels();
  status.showMessage("");
  for (const listener of networkListeners) listener(session.source);
  askOrRest();
  showTier();
}

/** Of the network in use; before there is one, of the one that is expected. */
function labels() {
  return session.network?.labels ?? session.source.labels ?? networks[0].labels ?? [];
}

/** Show what can be drawn for the network. */
function useLabels() {
  numbers.allow(areDigits(labels()));
  showTexts();
  bars.label(labels());
}

function showTexts() {
  labelView.show(labels(), numbers.sheet?.texts ?? null);
}

async function notifyIfReplaced() {
  if (await isReplaced()) picker.notify(words.REPLACED);
}

function selectNetwork() {
  const { source, network } = session;
  if (network !== null) picker.select(source, words.networkWords(network));
}

/** How Python was started, for anyone who examines a page that starts slowly. */
async function showTier() {
  try {
    const { tier, why } = await session.client.diagnose();
    Object.assign(document.body.dataset, { tier, why });
  } catch {
    // the session reports the worker's death
  }
}

/** @param {ReturnType<typeof flatten>} strokes */
const read = ({ points, lengths }) =>
  session.client.request("read", { points, lengths }, [points]);

/** @param {Picture} picture */
function recognize(picture) {
  return steps?.open ? steps.ask(picture) : session.client.recognize(picture);
}

/** @param {Answer} reply  @param {boolean} last */
function show(reply, last) {
  answer.show(reply, labels());
  const isRefused = reply.status === "not-a-digit";
  if (reply.status === "blank") bars.clear();
  else bars.show(reply.probabilities, isRefused ? -1 : reply.index, penDown);
  scale.note(isRefused ? words.textsFor(labels()).NO_ANSWER : "");
  networkInput.show(reply);
  share.setNetworkInput(reply.seen);
  for (const listener of answerListeners) listener(reply);
  if (last) mnistBrowser?.answered(reply);
  if (last && !penDown) numberOffer.consider(reply);
  showAnswered(reply.milliseconds, last, steps?.note());
}

/** @param {number} milliseconds  @param {boolean} last  @param {string} [note] */
function showAnswered(milliseconds, last, note = "") {
  session.answered();
  status.showMessage(`${words.timeWords(milliseconds)} ${note}`);
  if (last) rest();
}

/** @param {unknown} error */
function failUnlessDead(error) {
  if (!isDeath(error)) session.fail(error);
}

/** Update what depends on the drawing; what is unchanged is not written. */
function refresh() {
  if (penDown) expectAnswer();
  byId("hint").toggleAttribute("hidden", !pad.isEmpty());
  tools.refresh();
}

/** Nothing is pending, unless the pen is down or a network is being opened. */
function rest() {
  if (penDown || !session.rest()) return;
  answer.setBusy(false);
  goOffline();
  offerSaved();
}

/** The Predict button, or Enter. */
function predict() {
  if (pad.isEmpty()) answer.showMessage(words.BLANK);
  else if (session.state === "failed") session.begin();
  else {
    if (session.state === "ready") answer.repeat(byId("penSays"));
    askOrRest();
  }
}

/** Keep the page for visits without a network, now that nothing is more urgent. */
function goOffline() {
  offline ??= import("./shell/offline.js").then(
    ({ startOffline }) => startOffline(byId("offline")),
    () => {}, // it is for the next visit: this one works without
  );
}

/** List the networks saved on this device, likewise. */
function offerSaved() {
  offered ??= import("./networks/saved-networks.js")
    .then(({ follow }) => follow(picker.offer))
    .catch(() => {}); // the lab says so when it saves one
}

/** Have the drawing answered at once, if there is one. */
function askOrRest() {
  if (pad.isEmpty()) return clearAnswer();
  expectAnswer();
  reader().settle();
}

function expectAnswer() {
  session.expectAnswer();
  if (session.state === "booting") answer.showMessage(words.WAITING);
}

/** The pad is empty. */
function clearAnswer() {
  reader().forget();
  showNothing();
  answer.setBusy(false);
  if (session.state === "failed") return;
  const ready = (numbers.sheet?.texts ?? words.textsFor(labels())).READY;
  answer.showMessage(session.network === null ? words.EARLY : ready);
  if (session.network === null) return;
  status.showMessage("");
  rest();
}

/** Clear what is shown about a digit besides the answer. */
function showNothing() {
  bars.clear();
  scale.note("");
  numberOffer.hide();
  networkInput.clear();
  share.setNetworkInput(null);
  for (const listener of answerListeners) listener(null);
}

/**
 * Show the drawing of a link with the network that the link asks for. Returns a notice,
 * "" if there is none.
 * @param {import("./share/url-state.js").Shared} shared
 */
function openShared({ strokes, fixed, network, fit: seenAs, mode }) {
  const source = network === null ? first : networks.find((n) => n.name === network);
  numbers.set(mode);
  pad.put({ strokes, picture: null, fixed });
  linkedFit = seenAs;
  if (source !== undefined && source !== session.source) choose(source);
  else if (session.network !== null) {
    useFit(seenAs ?? session.network.fit);
    askOrRest();
  }
  if (source !== undefined) return "";
  return words.fill(words.NETWORK_GONE, { name: network ?? "", other: session.source.name });
}

/** @param {Fit} next */
function useFit(next) {
  linkedFit = null;
  fit = next;
  steps?.setFit(fit);
  fitButton(next).checked = true;
}

/** The checked button of the fit switch, or the one for `value`. */
function fitButton(/** @type {Fit | undefined} */ value = undefined) {
  const which = value === undefined ? ":checked" : `[value="${value}"]`;
  const button = byId("fit").querySelector(`input${which}`);
  return /** @type {HTMLInputElement} */ (button);
}
