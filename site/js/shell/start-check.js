/**
 * Shows why the page cannot start if main.js, which removes #stuck, has not run when the
 * page has loaded, or has not arrived after a while. A classic script within the
 * page, so that it runs where modules do not.
 */
{
  /** Seconds until scripts that have not arrived are reported. */
  const PATIENCE_S = 20;

  const show = (/** @type {string} */ cause) => {
    const stuck = document.getElementById("stuck");
    if (stuck === null) return;
    for (const text of /** @type {NodeListOf<HTMLElement>} */ (
      stuck.querySelectorAll("[data-cause]")
    )) {
      text.hidden = text.dataset.cause !== cause;
    }
    stuck.dataset.certain = "true";
    document.body.dataset.state = "failed";
  };

  const slow = setTimeout(() => show("slow"), PATIENCE_S * 1000);
  addEventListener("load", () => {
    clearTimeout(slow);
    show(location.protocol === "file:" ? "file" : "server");
  });
}
