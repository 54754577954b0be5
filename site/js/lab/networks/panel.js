// @ts-check
/** Networks in, out, kept on this device, and side by side: owns #lab-networks. */

import { picked } from "../../networks/sources.js";
import { createCompare } from "./compare.js";
import { give } from "../save-file.js";
import { furnish } from "./view.js";
import { ask } from "../worker/client.js";
import * as shelf from "./saved-networks.js";
import * as words from "../text.js";

/** @typedef {import("./saved-networks.js").Kept} Kept */
/** @typedef {import("../lab.js").Page} Page */
/** @typedef {import("../lab.js").Panel} Panel */
/** @typedef {"nnweb" | "format1"} Kind  what a network is exported as */

/**
 * @param {HTMLElement} element
 * @param {Page} page
 * @returns {Promise<Panel>}
 */
export async function createNetworks(element, page) {
  furnish(element);
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (element.querySelector(selector));
  const form = /** @type {HTMLFormElement} */ (find(".keep"));
  const name = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  const file = /** @type {HTMLInputElement} */ (find("[type=file]"));
  const list = find(".kept");
  const said = find(".said");
  const compare = createCompare(find(".compare"), page);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(keep, words.notStored);
  });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (chosen === undefined) return;
    guarded(
      () => importFile(chosen),
      (error) => words.notImported(chosen.name, error),
    );
  });
  for (const [which, kind] of /** @type {[string, Kind][]} */ ([
    ["export", "nnweb"],
    ["export-1", "format1"],
  ])) {
    find(`[data-do="${which}"]`).addEventListener("click", () =>
      guarded(async () => {
        const bytes = await page.source().read(() => {});
        return exportAs(page.network()?.name ?? "network", bytes, kind);
      }, words.notExported),
    );
  }

  /**
   * @param {() => Promise<string>} act  what is said when it is done
   * @param {(error: unknown) => string} problem
   */
  async function guarded(act, problem) {
    said.textContent = "";
    try {
      said.textContent = await act();
    } catch (error) {
      said.textContent = problem(error);
    }
  }

  async function keep() {
    const network = page.network();
    if (network === null) return words.KEEP_EARLY;
    const bytes = await page.source().read(() => {});
    const about = words.networkWords(network);
    if (!(await shelf.keep(name.value.trim(), bytes, about))) return "";
    await paint();
    return words.nowKept(name.value.trim());
  }

  /** @param {File} chosen */
  async function importFile(chosen) {
    const bytes = await picked(chosen).read(() => {});
    const network = await ask("hold", { name: "imported", weights: bytes });
    const as = chosen.name.replace(/\.json$/i, "");
    if (!(await shelf.keep(as, bytes, words.networkWords(network)))) return "";
    await paint();
    return words.imported(as);
  }

  /** @param {string} title  @param {ArrayBuffer} bytes  @param {Kind} kind */
  async function exportAs(title, bytes, kind) {
    const weights = await ask("convert", { weights: bytes, kind });
    const suffix = kind === "format1" ? ".format1.json" : ".json";
    const target = title.replace(/[^\w.-]+/g, "-") + suffix;
    give(target, weights, "application/json");
    return words.exported(target);
  }

  async function paint() {
    const all = await shelf.all();
    list.replaceChildren(...all.map(row));
    list.dataset.empty = all.length === 0 ? words.NONE_KEPT : "";
    compare.offer(all);
  }

  /** @param {Kept} kept */
  function row(kept) {
    const item = document.createElement("li");
    const title = document.createElement("strong");
    title.textContent = kept.name;
    const about = document.createElement("span");
    about.textContent = words.keptWords(kept.about, kept.bytes.byteLength, kept.when);
    item.append(
      title,
      about,
      button(words.USE, kept.name, () => page.choose(shelf.sourceOf(kept))),
      button(words.EXPORT, kept.name, () =>
        guarded(() => exportAs(kept.name, kept.bytes, "nnweb"), words.notExported),
      ),
      button(words.EXPORT_1, kept.name, () =>
        guarded(() => exportAs(kept.name, kept.bytes, "format1"), words.notExported),
      ),
      button(words.DELETE, kept.name, () =>
        guarded(async () => {
          if (!(await shelf.forget(kept.name))) return "";
          await paint();
          return words.deleted(kept.name);
        }, words.notStored),
      ),
    );
    return item;
  }

  return {
    async visible(visible) {
      compare.visible(visible);
      if (!visible) return;
      await paint().catch((error) => {
        said.textContent = words.notStored(error);
      });
    },
  };
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
