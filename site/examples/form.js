// @ts-check
/** The example's form: shows the data instead of sending it. */

const form = /** @type {HTMLFormElement} */ (document.querySelector("form"));
const sent = /** @type {HTMLElement} */ (document.querySelector("pre"));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = [...new FormData(form)];
  sent.textContent = fields.map(([name, value]) => `${name}=${value}`).join("\n");
});
form.addEventListener("reset", () => {
  sent.textContent = "Nothing yet";
});
