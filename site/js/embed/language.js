/** What a <digit-pad> loads in its language: its own lang, or that of an ancestor. */

import { LANGUAGES, NUMBER_PADS, resolveUrl } from "../manifest.js";
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

/** By file. @type {Map<string, Promise<typeof import("./number/number.js")>>} */
const numbers = new Map();

/**
 * The code of pads for numbers, with its texts: English if the language is unknown.
 * @param {string} language
 */
export async function loadNumber(language) {
  const script = NUMBER_PADS[Object.hasOwn(NUMBER_PADS, language) ? language : ""];
  const number = numbers.get(script.file) ?? load(script);
  numbers.set(script.file, number);
  try {
    return await number;
  } catch (error) {
    numbers.delete(script.file); // the next call tries again
    throw error;
  }
}

/** @param {import("../manifest.js").CheckedScript} script  @returns {Promise<any>} */
async function load(script) {
  await checkScript(script);
  return import(resolveUrl(script.file).href);
}
