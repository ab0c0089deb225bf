/* Asks before a form with changes that are not saved is left. Blocks come and go by htmx: what the server
   sends back then says by [data-changed] that it is not saved. */

const form = document.querySelector("form[data-unsaved]");
let changed = false;
let sending = false;

form.addEventListener("input", () => {
  changed = true;
});
form.addEventListener("submit", (event) => {
  sending = !event.defaultPrevented;
});
addEventListener("pageshow", () => {
  sending = false;
});
addEventListener("beforeunload", (event) => {
  if (!sending && (changed || form.querySelector("[data-changed]"))) event.preventDefault();
});
