/**
 * The theme: light, dark or the system's. Restores the last choice and owns the button in
 * the header and the root's data-theme, which style.css follows. A classic script, which
 * the build puts into the page, so that it has run before the first paint.
 */
{
  const KEY = "nnweb-theme";
  const THEMES = ["auto", "light", "dark"];
  /** The one for visitors who have not chosen: `nnweb page --theme`. */
  const preset = document.documentElement.dataset.theme ?? "auto";

  // storage may be blocked: then the choice lasts for this visit
  const stored = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const store = (/** @type {string} */ theme) => {
    try {
      if (theme === preset) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // see above
    }
  };

  const apply = (/** @type {string} */ theme) => {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    // colour of the browser's bars: one tag for light, one for dark
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const scheme = /** @type {HTMLMetaElement} */ (meta).dataset.scheme;
      const bySystem = `(prefers-color-scheme: ${scheme})`;
      const byChoice = scheme === theme ? "all" : "not all";
      meta.setAttribute("media", theme === "auto" ? bySystem : byChoice);
    }
  };

  /** Each click chooses the next theme, whose name the button has. */
  const connect = (/** @type {HTMLElement} */ button, /** @type {string} */ theme) => {
    const show = () => {
      for (const name of /** @type {NodeListOf<HTMLElement>} */ (
        button.querySelectorAll("[data-value]")
      )) {
        name.hidden = name.dataset.value !== theme;
        if (!name.hidden) button.title = name.textContent?.trim() ?? "";
      }
    };
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      apply(theme);
      store(theme);
      show();
    });
    show();
  };

  const saved = stored() ?? preset;
  const theme = THEMES.includes(saved) ? saved : preset;
  apply(theme);
  const start = () =>
    connect(/** @type {HTMLElement} */ (document.getElementById("theme")), theme);
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => {
      apply(theme); // to the tags that came after this script
      start();
    });
  } else {
    start();
  }
}
