// @ts-check
/** Which language a <digit-pad> speaks: its own lang, or that of the page around it. */

import { LANGUAGES, resolveUrl } from "../manifest.js";
import * as english from "./text.js";

/** @typedef {typeof english} Words */

/** Two letters, as "de" of "de-AT"; "" where none is told. @param {Element} element */
export function languageOf(element) {
  /** @type {Element | null} */
  let at = element;
  while (at !== null) {
    const told = at.closest("[lang]");
    if (told !== null) return told.getAttribute("lang")?.slice(0, 2).toLowerCase() ?? "";
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return "";
}

/** English where there are none, or they do not come. @param {string} language */
export async function wordsIn(language) {
  if (!Object.hasOwn(LANGUAGES, language)) return english;
  const url = resolveUrl(LANGUAGES[language]);
  try {
    return /** @type {Words} */ (await import(url.href));
  } catch {
    return english;
  }
}
