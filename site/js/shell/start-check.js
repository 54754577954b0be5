/**
 * Shows why the page cannot start if main.js, which removes #stuck, has not run when the
 * page has loaded. A classic script, so that it runs where modules do not.
 */
addEventListener("load", () => {
  const stuck = document.getElementById("stuck");
  if (stuck === null) return;
  const cause = location.protocol === "file:" ? "file" : "server";
  for (const text of /** @type {NodeListOf<HTMLElement>} */ (
    stuck.querySelectorAll("[data-cause]")
  )) {
    text.hidden = text.dataset.cause !== cause;
  }
  stuck.dataset.certain = "true";
  document.body.dataset.state = "failed";
});
