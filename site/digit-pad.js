// @ts-check
/** <digit-pad> for any page, at a URL that does not change between releases. */

/** Hashes of the modules that it is made of, by path. The build fills it in. */
const INTEGRITY = {};

// One after the other, dependencies first: a module that fails here is fetched again, and
// not checked, for one that imports it. The last import gets what has been checked.
for (const [path, integrity] of Object.entries(INTEGRITY)) {
  await new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const { href } = new URL(path, import.meta.url);
    const onerror = () => {
      reject(new Error(`${href} is missing or damaged`));
      // for the next visit, if a bad copy is in the browser's cache
      fetch(href, { cache: "reload" }).catch(() => {});
    };
    const how = { type: "module", src: href, integrity, onload: resolve, onerror };
    document.head.append(Object.assign(script, how));
  });
}

/** @typedef {import("./js/embed/digit-pad.js").DigitPad} DigitPad */
export const { DigitPad } = await import("./js/embed/digit-pad.js");
