// @ts-check
/** Styles of the lab, each fetched when it is first needed. */

/** A style of the panels, which nobody needs before; without it they work, too. */
export function addStyle(/** @type {string} */ name) {
  const href = new URL(`../../css/${name}`, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href,
  });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
}
