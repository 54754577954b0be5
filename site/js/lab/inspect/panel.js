/** The Inspect panel: explains the network in use, and shows its stages. Owns #lab-inside. */

import { followDrawing } from "../follow-drawing.js";
import { areDigits } from "../../text/labels.js";
import { finder } from "../../shell/dom.js";
import { createAttribution } from "./attribution.js";
import { createFlow } from "./flow.js";
import { createIdeal } from "./ideal-images.js";
import { createNearest } from "./nearest-digits.js";
import { createPerturb } from "./perturb.js";
import { showIn } from "./selection.js";
import { createStageView } from "./stage-view.js";
import { stagesOf } from "./stages.js";
import * as words from "./text.js";
import { fill, VIEWS } from "./view.js";

/** @import { Picture } from "../../worker/protocol.js" */
/** @import { Create } from "../lab.js" */
/** @import { Look } from "./protocol.js" */
/** @import { Stage } from "./stages.js" */

/** Milliseconds without a change before the slow requests are sent. */
const REST_MS = 250;

/** @type {Create} */
export function createInspect(element, page) {
  fill(element);
  const { address } = page;
  const find = finder(element);
  const status = find(".status");
  const views = find(".views");
  const parts = find(".parts");
  const flow = createFlow(find(".flow"), (stage) => {
    go({ layer: String(stages[stage].first + 1), unit: null });
    zoom.focus();
  });
  const zoom = createStageView(find(".zoom"), {
    ask,
    fail,
    choose: (unit, push) => go({ unit }, push),
    leave() {
      const left = zoomed();
      go({ layer: null, unit: null });
      flow.focus(left);
    },
  });
  /** The views whose requests are slow, and what each has shown. */
  const slow = {
    why: createAttribution(find(".why"), ask, fail),
    flips: createPerturb(find(".flips"), ask, fail),
    nearest: createNearest(find(".nearest"), ask, fail),
    ideal: createIdeal(find(".ideal"), ask, fail),
  };
  const explained = /** @type {Record<string, Look>} */ ({});
  let look = /** @type {Look | null} */ (null);
  let stages = /** @type {Stage[]} */ ([]);
  let picture = /** @type {Picture | null} */ (null); // the drawing of the last request
  let rested = false; // nothing has changed for a while
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;

  page.onNetwork(slow.ideal.forget);
  const { settle, visible } = followDrawing(page, {
    look() {
      picture = page.picture("canvas");
      return page.network() === null ? null : page.picture();
    },
    ask(drawn) {
      if (look === null) status.textContent = words.INSPECTING;
      return ask("look", drawn, [drawn.pixels]);
    },
    show,
    fail,
    empty,
    pause: 120,
  });
  views.addEventListener("click", ({ target }) => {
    const name = target instanceof HTMLElement ? target.dataset.do : undefined;
    if (name !== undefined) go({ show: name, layer: null, unit: null });
  });
  find("[data-do=source]").addEventListener("click", () => showIn("python", zoom.current));
  address.listen(render);

  /** @param {string} type  @param {object} payload  @param {Transferable[]} [transfer] */
  function ask(type, payload, transfer) {
    return page.client().request(type, payload, transfer);
  }

  /** @param {unknown} error */
  function fail(error) {
    status.textContent = words.because(words.NOT_INSPECTED, error);
  }

  function empty() {
    clearTimeout(resting);
    parts.hidden = true;
    status.textContent = words.DRAW_TO_INSPECT;
  }

  /**
   * Shows another state, which is then in the address.
   * @param {Record<string, string | null>} state
   * @param {boolean} [push]
   */
  function go(state, push = true) {
    address.set(state, { push });
    render();
  }

  /** The view in the address. */
  function view() {
    const name = address.get("show") ?? "";
    const exists = VIEWS.includes(name) && (name !== "nearest" || hasDigits());
    return exists ? name : VIEWS[0];
  }

  const hasDigits = () => look === null || areDigits(look.labels);

  /** Index of the stage with the layer in the address, or -1. */
  const zoomed = () =>
    stages.findIndex(({ first }) => String(first + 1) === address.get("layer"));

  /** @param {Look} next  @param {boolean} last */
  function show(next, last) {
    look = next;
    stages = stagesOf(next);
    slow.why.follow(next);
    status.textContent = "";
    parts.hidden = false;
    clearTimeout(resting);
    rested = false;
    if (last) resting = setTimeout(rest, REST_MS);
    render();
  }

  /** Shows the state in the address. */
  function render() {
    const chosen = view();
    for (const name of VIEWS) {
      const button = find(`.views [data-do=${name}]`);
      const isPressed = String(name === chosen);
      if (button.ariaPressed !== isPressed) {
        button.ariaPressed = isPressed;
        if (name === chosen) button.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      find(`.parts > .${name}`).hidden = name !== chosen;
    }
    find(".views [data-do=nearest]").hidden = !hasDigits();
    if (look === null) return;
    if (chosen !== "stages") return explain(chosen);
    const stage = zoomed();
    find(".flow").hidden = stage >= 0;
    find(".zoom").hidden = stage < 0;
    if (stage < 0) flow.show(stages, look, picture);
    else zoom.show(stages[stage], address.get("unit"));
  }

  function rest() {
    rested = true;
    render();
  }

  /** Sends a view's slow requests, unless it shows their replies. @param {string} name */
  function explain(name) {
    if (!rested || look === null || explained[name] === look) return;
    explained[name] = look;
    slow[/** @type {keyof typeof slow} */ (name)].update(look);
  }

  empty();
  render();
  settle();
  return { visible };
}
