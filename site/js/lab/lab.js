// @ts-check
/**
 * The lab: tabs, each with a panel whose module is fetched when it is first shown. Owns
 * #lab but for the insides of the panels.
 */

import { addStyle } from "../shell/stylesheet.js";
import { make } from "../shell/dom.js";
import { TABS, panelNotLoaded } from "./text.js";

/** @typedef {import("../worker/protocol.js").Answer} Answer */
/** @typedef {import("../worker/protocol.js").Description} Description */
/** @typedef {import("../worker/protocol.js").Fit} Fit */
/** @typedef {import("../worker/protocol.js").Picture} Picture */
/** @typedef {import("../networks/sources.js").Source} Source */
/** @typedef {import("../pad/strokes.js").Stroke} Stroke */
/** @typedef {(picture: Picture) => Promise<Answer>} Ask */
/** Answers in place of the page's own Python, which it may ask. @typedef {(picture: Picture, ours: Ask) => Promise<Answer>} StandIn */
/**
 * What the lab may ask of the page, and tell it.
 * @typedef {object} Page
 * @property {(as?: Fit) => Picture | null} picture  the drawing as the network gets it,
 *   anew at each call, or as another fit has it; null for blank paper
 * @property {(drawing: {strokes: Stroke[], picture: null}) => void} put  on the paper
 * @property {() => Stroke[]} drawing
 * @property {() => import("../pad/strokes.js").Drawing} paper  what is on it, as it was drawn
 * @property {(listener: (answer: Answer | null) => void) => void} onAnswer  called with
 *   each answer that is shown, and with null when the paper is blank
 * @property {() => ReturnType<typeof import("../worker/worker-client.js").createEngine>} engine
 * @property {() => Description | null} network  in use, null before there is one
 * @property {() => Source} source  of the network in use
 * @property {() => Source[]} sources  that the site ships
 * @property {(source: Source) => void} choose  use it; again to have it read again
 * @property {(listener: (source: Source) => void) => void} onNetwork  called when a
 *   network has been opened
 * @property {(standIn: StandIn | null) => void} answerBy  have another answer the pad
 */
/**
 * A panel may want to rest while nobody looks at it.
 * @typedef {{visible?: (visible: boolean) => void}} Panel
 */
/** @typedef {(element: HTMLElement, page: Page) => Panel | Promise<Panel>} Create */
/**
 * @typedef {object} Lab
 * @property {(name: string) => void} show  a panel, or for "" the one that is chosen
 * @property {(visible: boolean) => void} visible  the lab was opened or closed
 */

/** Panels by name, in the order of their tabs. @type {Record<string, () => Promise<Create>>} */
const PANELS = {
  train: async () => (await import("./train/panel.js")).createTrain,
  inside: async () => (await import("./inspect/panel.js")).createInside,
  teach: async () => (await import("./teach/panel.js")).createTeach,
  networks: async () => (await import("./networks/panel.js")).createNetworks,
  python: async () => (await import("./python/panel.js")).createPython,
  tour: async () => (await import("./tour/tour.js")).createTour,
};

/** Where the arrow keys lead, from tab `at` of `count`. */
const MOVES = /** @type {Record<string, (at: number, count: number) => number>} */ ({
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
});

/**
 * @param {HTMLElement} section
 * @param {Page} page
 * @returns {Promise<Lab>}
 */
export async function createLab(section, page) {
  const notice = /** @type {HTMLElement} */ (section.querySelector(".lab-notice"));
  const names = Object.keys(PANELS);
  const tabs = names.map(tabOf);
  const elements = Object.fromEntries(names.map((name) => [name, panelOf(name)]));
  /** @type {Map<string, Promise<Panel>>} */
  const panels = new Map();
  let chosen = names[0];
  let open = true;

  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => show(names[at]));
    tab.addEventListener("keydown", (event) => {
      const to = MOVES[event.key]?.(at, tabs.length);
      if (to === undefined) return;
      event.preventDefault();
      tabs[to].focus();
      show(names[to]);
    });
  }

  /** @param {string} name */
  function panel(name) {
    const known = panels.get(name);
    if (known !== undefined) return known;
    const element = elements[name];
    element.inert = true; // nothing in it does what it says yet
    const made = PANELS[name]().then((create) => create(element, page));
    made.then(
      () => (element.inert = false),
      (error) => {
        panels.delete(name); // another try may go better
        notice.textContent = panelNotLoaded(error);
      },
    );
    panels.set(name, made);
    return made;
  }

  /** @param {string} name */
  function show(name) {
    if (name !== "" && !Object.hasOwn(PANELS, name)) return;
    if (name !== "") chosen = name;
    notice.textContent = "";
    for (const [at, tab] of tabs.entries()) {
      const ours = names[at] === chosen;
      tab.ariaSelected = String(ours);
      tab.tabIndex = ours ? 0 : -1;
      elements[names[at]].hidden = !ours;
    }
    tell();
  }

  /** Tell each panel that is there whether it is seen; make the one that is. */
  function tell() {
    if (open) panel(chosen).catch(() => {});
    for (const [name, made] of panels) {
      made.then(
        (one) => one.visible?.(open && name === chosen),
        () => {},
      );
    }
  }

  await Promise.all(["panels.css", "inside.css", "teach.css"].map(addStyle));
  const list = make("div", { role: "tablist", "aria-labelledby": "lab-title" }, ...tabs);
  notice.before(list);
  notice.after(...Object.values(elements));
  show("");
  return {
    show,
    visible(visible) {
      open = visible;
      tell();
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
