// @ts-check
/**
 * The lab: tabs, each with a panel whose module is fetched when it is first shown. Owns
 * #lab but for the insides of the panels.
 */

import { panelNotLoaded } from "./words.js";

/** @typedef {import("../protocol.js").Answer} Answer */
/** @typedef {import("../protocol.js").Description} Description */
/** @typedef {import("../protocol.js").Picture} Picture */
/** @typedef {import("../networks.js").Source} Source */
/** @typedef {import("../strokes.js").Stroke} Stroke */
/**
 * What the lab may ask of the page, and tell it.
 * @typedef {object} Page
 * @property {() => Picture | null} picture  the drawing as the network gets it, anew at
 *   each call; null for blank paper
 * @property {() => Stroke[]} drawing
 * @property {(listener: (answer: Answer | null) => void) => void} onAnswer  called with
 *   each answer that is shown, and with null when the paper is blank
 * @property {() => ReturnType<typeof import("../engine.js").createEngine>} engine
 * @property {() => Description | null} network  in use, null before there is one
 * @property {() => Source} source  of the network in use
 * @property {() => Source[]} sources  that the site ships
 * @property {(source: Source) => void} choose  use it; again to have it read again
 * @property {(listener: (source: Source) => void) => void} onNetwork  called when a
 *   network has been opened
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

/** Panels by name: #tab-<name> leads to #lab-<name>. @type {Record<string, () => Promise<Create>>} */
const PANELS = {
  train: async () => (await import("./train.js")).createTrain,
  inside: async () => (await import("./inside.js")).createInside,
  networks: async () => (await import("./networks.js")).createNetworks,
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
  /** @type {HTMLElement[]} */
  const tabs = [...section.querySelectorAll(/** @type {any} */ ("[role=tab]"))];
  const notice = /** @type {HTMLElement} */ (section.querySelector(".lab-notice"));
  /** @type {Map<string, Promise<Panel>>} */
  const panels = new Map();
  const list = /** @type {HTMLElement} */ (section.querySelector("[role=tablist]"));
  let chosen = nameOf(tabs[0]);
  let open = true;

  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => show(nameOf(tab)));
    tab.addEventListener("keydown", (event) => {
      const to = tabs[MOVES[event.key]?.(at, tabs.length) ?? -1];
      if (to === undefined) return;
      event.preventDefault();
      to.focus();
      show(nameOf(to));
    });
  }

  /** @param {string} name */
  function panel(name) {
    const known = panels.get(name);
    if (known !== undefined) return known;
    const element = elementOf(name);
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
    for (const tab of tabs) {
      const ours = nameOf(tab) === chosen;
      tab.ariaSelected = String(ours);
      tab.tabIndex = ours ? 0 : -1;
      elementOf(nameOf(tab)).hidden = !ours;
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

  await Promise.all(["panels.css", "inside.css"].map(addStyle));
  show("");
  list.hidden = false; // not before: a tab that does nothing yet is a broken tab
  return {
    show,
    visible(visible) {
      open = visible;
      tell();
    },
  };
}

/** A style of the panels, which nobody needs before; without it they work, too. */
function addStyle(/** @type {string} */ name) {
  const href = new URL(`../../css/${name}`, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href,
  });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
}

/** @param {HTMLElement} tab */
const nameOf = (tab) => tab.id.replace("tab-", "");

/** @param {string} name  of a panel */
function elementOf(name) {
  return /** @type {HTMLElement} */ (document.getElementById(`lab-${name}`));
}
