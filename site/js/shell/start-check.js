/**
 * Shows why the page cannot start if main.js, which removes #stuck, has not run when the
 * page has loaded, or has not arrived after a while. A classic script within the
 * page, so that it runs where modules do not.
 */
{
  /** Filled in by the build, from boot/timeouts.js. */
  const PATIENCE_S = Number("{{SILENT_DOWNLOAD_S}}");

  /** Reload, after replacing bad copies of the scripts in the browser's cache. */
  const retry = async () => {
    const scripts = document.querySelectorAll("script[src], link[rel=modulepreload]");
    const urls = [...scripts].map((element) => {
      return element.getAttribute("src") ?? element.getAttribute("href") ?? "";
    });
    await Promise.allSettled(urls.map((url) => fetch(url, { cache: "reload" })));
    location.reload();
  };
  const show = (/** @type {string} */ cause) => {
    const stuck = document.getElementById("stuck");
    if (stuck === null) return;
    for (const text of /** @type {NodeListOf<HTMLElement>} */ (
      stuck.querySelectorAll("[data-cause]")
    )) {
      text.hidden = !text.dataset.cause?.split(" ").includes(cause);
    }
    stuck.querySelector("button")?.addEventListener("click", retry);
    stuck.dataset.certain = "true";
    document.body.dataset.state = "failed";
  };

  const slow = setTimeout(() => show("slow"), PATIENCE_S * 1000);
  addEventListener("load", () => {
    clearTimeout(slow);
    show(location.protocol === "file:" ? "file" : "server");
  });
}
