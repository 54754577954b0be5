/** The language of a <digit-pad>: its own lang, or that of an ancestor. */

import { LANGUAGES, resolveUrl } from "../manifest.js";
import { checkScript } from "../worker/module-worker.js";
import * as english from "./text.js";

/** @typedef {typeof english} Words */

/** Two letters, such as "de" for "de-AT"; "" if there is no lang. @param {Element} element */
export function languageOf(element) {
  /** @type {Element | null} */
  let current = element;
  while (current !== null) {
    const match = current.closest("[lang]");
    if (match !== null) return match.getAttribute("lang")?.slice(0, 2).toLowerCase() ?? "";
    const root = current.getRootNode();
    current = root instanceof ShadowRoot ? root.host : null;
  }
  return "";
}

/** By language. @type {Map<string, Promise<Words>>} */
const loaded = new Map();

/** Texts; English if the language is unknown or fails to load. @param {string} language */
export async function loadWords(language) {
  if (!Object.hasOwn(LANGUAGES, language)) return english;
  const words = loaded.get(language) ?? load(LANGUAGES[language]).catch(() => english);
  loaded.set(language, words);
  return words;
}

/** @param {import("../manifest.js").CheckedScript} texts  @returns {Promise<Words>} */
async function load(texts) {
  await checkScript(texts);
  return import(resolveUrl(texts.file).href);
}
