// @ts-check
/** Networks that are kept on this device, by name: owns #lab-networks. */

import * as words from "../words.js";
import * as store from "./store.js";

/** @typedef {import("../networks.js").Source} Source */
/** @typedef {import("./lab.js").Page} Page */
/** @typedef {import("./lab.js").Panel} Panel */
/**
 * @typedef {object} Kept
 * @property {string} name
 * @property {ArrayBuffer} bytes  a weights file in any format
 * @property {string} about  what it is, in a line
 * @property {number} when  it was kept, as Date has it
 */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createNetworks(element, page) {
  const form = /** @type {HTMLFormElement} */ (element.querySelector(".keep"));
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  const list = /** @type {HTMLElement} */ (element.querySelector(".kept"));
  const said = /** @type {HTMLElement} */ (element.querySelector(".said"));
  /** @type {Map<string, Source>} */
  const sources = new Map();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(keep);
  });

  /** @param {() => Promise<string>} act  what is said when it is done */
  async function guarded(act) {
    said.textContent = "";
    try {
      said.textContent = await act();
    } catch (error) {
      said.textContent = words.notStored(error);
    }
  }

  async function keep() {
    const network = page.network();
    if (network === null) return words.KEEP_EARLY;
    const name = input.value.trim();
    const there = (await store.keys("networks")).includes(name);
    if (there && !confirm(words.overwriteAsked(name))) return "";
    const bytes = await page.source().read(() => {});
    /** @type {Kept} */
    const kept = { name, bytes, about: words.networkWords(network), when: Date.now() };
    await store.write("networks", name, kept);
    sources.delete(name);
    await paint();
    return words.nowKept(name);
  }

  /** @param {string} name */
  async function forget(name) {
    if (!confirm(words.deleteAsked(name))) return "";
    await store.remove("networks", name);
    sources.delete(name);
    await paint();
    return words.deleted(name);
  }

  /** The same source for the same network, so that the page lists it once. */
  function sourceOf(/** @type {Kept} */ kept) {
    const known = sources.get(kept.name);
    if (known !== undefined) return known;
    /** @type {Source} */
    const source = {
      name: words.keptName(kept.name),
      size: kept.bytes.byteLength,
      read: async () => kept.bytes.slice(0),
    };
    sources.set(kept.name, source);
    return source;
  }

  async function paint() {
    /** @type {Kept[]} */
    const all = await store.readAll("networks");
    list.replaceChildren(...all.map(row));
    list.dataset.empty = all.length === 0 ? words.NONE_KEPT : "";
  }

  /** @param {Kept} kept */
  function row(kept) {
    const item = document.createElement("li");
    const name = document.createElement("strong");
    name.textContent = kept.name;
    const about = document.createElement("span");
    about.textContent = words.keptWords(kept.about, kept.bytes.byteLength, kept.when);
    item.append(
      name,
      about,
      button(words.USE, kept.name, () => page.choose(sourceOf(kept))),
      button(words.DELETE, kept.name, () => guarded(() => forget(kept.name))),
    );
    return item;
  }

  await paint().catch((error) => {
    said.textContent = words.notStored(error);
  });
  return {};
}

/** @param {string} verb  @param {string} name  @param {() => void} act */
function button(verb, name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = verb;
  made.ariaLabel = words.aboutIt(verb, name);
  made.addEventListener("click", act);
  return made;
}
