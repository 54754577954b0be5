/** The Networks panel: import, export, save on this device, compare. Owns #lab-networks. */

import { finder } from "../../shell/dom.js";
import { areDigits } from "../../text/labels.js";
import * as networks from "../../networks/saved-networks.js";
import { sourceFromFile } from "../../networks/sources.js";
import { createCompare } from "./compare.js";
import { saveFile } from "../../shell/save-file.js";
import { fill, savedNetwork } from "./view.js";
import { ask } from "../worker/client.js";
import * as words from "../text.js";

/** @import { SavedNetwork } from "../../networks/saved-networks.js" */
/** @import { Create } from "../lab.js" */
/** @typedef {"nnweb" | "format1"} Kind  export format */

/** @type {Create} */
export async function createNetworks(element, page) {
  fill(element);
  const find = finder(element);
  const form = find(".save", HTMLFormElement);
  const nameInput = find(".save input", HTMLInputElement);
  const file = find("[type=file]", HTMLInputElement);
  const list = find(".saved");
  const status = find(".status");
  const compare = createCompare(find(".compare"), page);
  compare.offer([]); // also where the browser stores none
  page.onNetwork(hideDigitsOnly);
  hideDigitsOnly();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    report(save, words.NOT_STORED);
  });
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (chosen === undefined) return;
    report(() => importFile(chosen), words.NOT_IMPORTED, chosen.name);
  });
  for (const [which, kind] of /** @type {[string, Kind][]} */ ([
    ["export", "nnweb"],
    ["export-1", "format1"],
  ])) {
    find(`[data-do="${which}"]`).addEventListener("click", () =>
      report(async () => {
        const bytes = await page.source().read(() => {});
        return exportAs(page.network()?.name ?? "network", bytes, kind);
      }, words.NOT_EXPORTED),
    );
  }

  /** Format 1 has no field for labels. */
  function hideDigitsOnly() {
    find("[data-do=export-1]").hidden = !areDigits(page.labels());
  }

  /**
   * Runs an action and reports its outcome.
   * @param {() => Promise<string>} act
   * @param {string} failure  phrase with {reason}, and perhaps {name}
   * @param {string} [name]
   */
  async function report(act, failure, name) {
    status.textContent = "";
    try {
      status.textContent = await act();
    } catch (error) {
      status.textContent = words.fill(failure, { name, reason: words.reasonOf(error) });
    }
  }

  async function save() {
    const network = page.network();
    if (network === null) return words.NO_NETWORK_YET;
    const bytes = await page.source().read(() => {});
    const about = words.networkWords(network);
    const name = nameInput.value.trim();
    if (!(await networks.save(name, bytes, about))) return "";
    await paint();
    return words.fill(words.SAVED_AS, { name });
  }

  /** @param {File} chosen */
  async function importFile(chosen) {
    const bytes = await sourceFromFile(chosen).read(() => {});
    const network = await ask("hold", { name: "imported", weights: bytes });
    const name = chosen.name.replace(/\.json$/i, "");
    if (!(await networks.save(name, bytes, words.networkWords(network)))) return "";
    await paint();
    return words.fill(words.IMPORTED, { name });
  }

  /** @param {string} title  @param {ArrayBuffer} bytes  @param {Kind} kind */
  async function exportAs(title, bytes, kind) {
    const weights = await ask("convert", { weights: bytes, kind });
    const suffix = kind === "format1" ? ".format1.json" : ".json";
    const target = title.replace(/[^\w.-]+/g, "-") + suffix;
    saveFile(target, weights, "application/json");
    return words.fill(words.EXPORTED, { file: target });
  }

  async function paint() {
    const all = await networks.all();
    list.replaceChildren(...all.map(row));
    list.dataset.empty = all.length === 0 ? words.NONE_SAVED : "";
    compare.offer(all);
  }

  /** @param {SavedNetwork} saved */
  function row(saved) {
    const { name, bytes } = saved;
    const exporter = (/** @type {Kind} */ kind) => () =>
      report(() => exportAs(name, bytes, kind), words.NOT_EXPORTED);
    return savedNetwork(saved, [
      [words.USE, () => page.choose(networks.sourceOf(saved))],
      [words.EXPORT, exporter("nnweb")],
      [words.EXPORT_1, exporter("format1")],
      [
        words.DELETE,
        () =>
          report(async () => {
            if (!(await networks.remove(name))) return "";
            await paint();
            return words.fill(words.DELETED, { name });
          }, words.NOT_STORED),
      ],
    ]);
  }

  return {
    async visible(visible) {
      compare.visible(visible);
      if (!visible) return;
      await paint().catch((error) => {
        status.textContent = words.because(words.NOT_STORED, error);
      });
    },
  };
}
