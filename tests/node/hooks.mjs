/**
 * For `node --test`: lets a test import a module of site/js as it is written.
 *
 * The modules that only a build makes are served from elsewhere: manifest.js and
 * measured.js from here, say/*.js from .build, where tests/conftest.py writes them.
 */

import { registerHooks } from "node:module";

const SITE = new URL("../../site/js/", import.meta.url).href;
const SAY = new URL("../../.build/tests/say/", import.meta.url);

/** @param {string} path  a module's path in site/js */
function madeByTheBuild(path) {
  if (path === "manifest.js") return new URL("manifest.js", import.meta.url);
  if (path.endsWith("/measured.js")) return new URL("measured.js", import.meta.url);
  if (path.startsWith("say/")) return new URL(path.slice("say/".length), SAY);
  return null;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith(".")) {
      const { href } = new URL(specifier, context.parentURL);
      const made = href.startsWith(SITE) && madeByTheBuild(href.slice(SITE.length));
      if (made) return { url: made.href, format: "module", shortCircuit: true };
    }
    return nextResolve(specifier, context);
  },
});
