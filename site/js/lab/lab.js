/**
 * The lab: tabs with panels, whose modules are loaded when they are first shown. Owns #lab
 * but for the contents of the panels.
 */

import { actionButton, addStyle, div, make } from "../shell/dom.js";
import { loadFresh, reportFailure, reportIfSlow } from "../shell/lazy.js";
import { DRAW_ONE, ONE_DIGIT, PANEL_NOT_LOADED, TABS } from "./text.js";

/** @import { Answer, Description, Fit, Picture } from "../worker/protocol.js" */
/** @import { Source } from "../networks/sources.js" */
/** @import { Drawing, Stroke } from "../pad/strokes.js" */
/** @typedef {(picture: Picture) => Promise<Answer>} Recognize */
/** Used instead of the page's recognizer, which it may call. @typedef {(picture: Picture, builtIn: Recognize) => Promise<Answer>} AnswerOverride */
/**
 * The page, as the lab sees it.
 * @typedef {object} Page
 * @property {(as?: Fit) => Picture | null} picture  pixels of the drawing, newly allocated,
 *   with the network's fit or another one; null if the pad is blank
 * @property {(drawing: Drawing) => void} put  on the pad
 * @property {() => Stroke[]} strokes
 * @property {() => Drawing} drawing
 * @property {(listener: (answer: Answer | null) => void) => void} onAnswer  called with
 *   each answer that is shown, and with null when the pad is blank
 * @property {() => import("../worker/python-client.js").PythonClient} client
 * @property {() => Description | null} network  in use; null before one is loaded
 * @property {() => Source} source  of the network in use
 * @property {() => readonly string[]} labels  of that network, or of the one that is expected
 * @property {() => Source[]} sources  of the site's own networks
 * @property {(source: Source) => void} choose  use this network; read it again if it is in use
 * @property {(listener: (source: Source) => void) => void} onNetwork  called when a
 *   network has been loaded
 * @property {() => void} showSteps  opens the panel of the preprocessing steps
 * @property {() => void} drawOneDigit  leaves the sheet for numbers, which has no picture
 * @property {import("../shell/address.js").Address} address  says which panel is shown, and
 *   what in it: a panel keeps fields of its own there
 * @property {(override: AnswerOverride | null) => void} overrideAnswers  null: the recognizer
 */
/**
 * `visible` is called when the panel is shown or hidden.
 * @typedef {{visible?: (visible: boolean) => void}} Panel
 */
/** @typedef {(element: HTMLElement, page: Page) => Panel | Promise<Panel>} Create */

/** Panels by name, in the order of the tabs. @type {Record<string, () => Promise<Create>>} */
const PANELS = {
  tour: async () => (await import("./tour/tour.js")).createTour,
  train: async () => (await import("./train/panel.js")).createTrain,
  inside: async () => (await import("./inspect/panel.js")).createInspect,
  teach: async () => (await import("./teach/panel.js")).createTeach,
  networks: async () => (await import("./networks/panel.js")).createNetworks,
  python: async () => (await import("./python/panel.js")).createPython,
};

/** The tab that a key moves to from tab `at` of `count`. */
const MOVES = /** @type {Record<string, (at: number, count: number) => number>} */ ({
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
});

/**
 * @param {HTMLElement} section
 * @param {Page} page
 * @returns {Promise<import("../shell/views.js").Lab>}
 */
export async function createLab(section, page) {
  const notice = /** @type {HTMLElement} */ (section.querySelector(".lab-notice"));
  const names = Object.keys(PANELS);
  const tabs = names.map(tabOf);
  const elements = Object.fromEntries(names.map((name) => [name, panelOf(name)]));
  const panels = /** @type {Map<string, Promise<Panel>>} */ (new Map());
  let chosen = names[0];
  let open = true;

  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(names[at]));
    tab.addEventListener("keydown", (event) => {
      const to = MOVES[event.key]?.(at, tabs.length);
      if (to === undefined) return;
      event.preventDefault();
      tabs[to].focus();
      choose(names[to]);
    });
  }

  /** @param {string} name */
  function panel(name) {
    const known = panels.get(name);
    if (known !== undefined) return known;
    const element = elements[name];
    element.inert = true; // until its module is loaded
    const loading = loadFresh(PANELS[name]).then((create) => create(element, page));
    reportIfSlow(loading, notice);
    loading.then(
      () => (element.inert = false),
      (error) => {
        panels.delete(name); // so that the next click tries again
        return reportFailure(notice, PANEL_NOT_LOADED, error);
      },
    );
    panels.set(name, loading);
    return loading;
  }

  /** A tab was chosen. @param {string} name */
  function choose(name) {
    page.address.set({ panel: name }, { push: true });
    show(name);
  }

  /** @param {string} name  that of no panel shows the one shown last */
  function show(name) {
    if (Object.hasOwn(PANELS, name)) chosen = name;
    page.address.set({ panel: chosen }); // for going back to it
    notice.textContent = "";
    for (const [at, tab] of tabs.entries()) {
      const isChosen = names[at] === chosen;
      tab.ariaSelected = String(isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      elements[names[at]].hidden = !isChosen;
      if (isChosen) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    notifyPanels();
  }

  /** Creates the chosen panel, and notifies each panel of its visibility. */
  function notifyPanels() {
    if (open) panel(chosen).catch(() => {});
    for (const [name, loading] of panels) {
      loading.then(
        (one) => one.visible?.(open && name === chosen),
        () => {},
      );
    }
  }

  await Promise.all(["panels.css", "inspect.css", "teach.css"].map(addStyle));
  const list = make("div", { role: "tablist", "aria-labelledby": "lab-title" }, ...tabs);
  const drawOne = actionButton("draw-one", DRAW_ONE);
  drawOne.addEventListener("click", () => {
    page.drawOneDigit();
    tabs[names.indexOf(chosen)].focus(); // the button disappears
  });
  const forNumbers = div("one-digit", make("p", {}, ONE_DIGIT), drawOne);
  notice.before(list);
  notice.after(forNumbers, ...Object.values(elements));
  return {
    show,
    visible(visible) {
      open = visible;
      notifyPanels();
    },
  };
}

/** @param {string} name  of a panel */
const tabOf = (name) =>
  make(
    "button",
    { id: `tab-${name}`, type: "button", role: "tab", "aria-controls": `lab-${name}` },
    TABS[name],
  );

/** @param {string} name */
const panelOf = (name) =>
  make("div", {
    id: `lab-${name}`,
    role: "tabpanel",
    "aria-labelledby": `tab-${name}`,
    hidden: true,
  });
