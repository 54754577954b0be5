// @ts-check
/**
 * Light, dark, or as the system has it: the switch in the header, and what was chosen on
 * an earlier visit. No module: it runs before the page is painted, so that nothing
 * flashes, and owns the root's data-theme, which the colours of style.css follow.
 */
{
  const KEY = "nnweb-theme";
  const THEMES = ["auto", "light", "dark"];

  /** A browser that keeps nothing for this page is no reason to have no switch. */
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const keep = (/** @type {string} */ theme) => {
    try {
      if (theme === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // it holds for this visit
    }
  };

  const use = (/** @type {string} */ theme) => {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    // the colour of the browser's own bars: one tag for light, one for dark
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const scheme = /** @type {HTMLMetaElement} */ (meta).dataset.scheme;
      const bySystem = `(prefers-color-scheme: ${scheme})`;
      const chosen = scheme === theme ? "all" : "not all";
      meta.setAttribute("media", theme === "auto" ? bySystem : chosen);
    }
  };

  const connect = (/** @type {HTMLElement} */ group, /** @type {string} */ theme) => {
    const radio = group.querySelector(`[value=${theme}]`);
    /** @type {HTMLInputElement} */ (radio).checked = true;
    group.addEventListener("change", ({ target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      use(value);
      keep(value);
    });
    group.dataset.works = "true";
  };

  const asked = kept() ?? "auto";
  const theme = THEMES.includes(asked) ? asked : "auto";
  use(theme);
  document.addEventListener("DOMContentLoaded", () => {
    connect(/** @type {HTMLElement} */ (document.getElementById("theme")), theme);
  });
}
