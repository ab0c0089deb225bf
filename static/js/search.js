/* The search page: filters that keep open what was open, short addresses. Without it the page searches
   all the same. */

const form = document.getElementById("search");

/* Empty fields stay out of the address. "These exact words" was said of the words on show, not of others. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form) return;
  const data = event.detail.formData;
  const words = document.querySelector("[data-exact]")?.dataset.exact;
  if (words !== undefined && data.get("q").trim() === words) data.set("exact", "1");
  for (const [name, value] of [...data.entries()]) if (value === "") data.delete(name);
});

/* Filters are drawn anew with other counts; what was open stays open, and the other way round. */
let opened = null;
const facets = () => document.querySelectorAll("details[data-facet]");
document.addEventListener("htmx:beforeSwap", () => {
  opened = new Map([...facets()].map((each) => [each.dataset.facet, each.open]));
});
document.addEventListener("htmx:oobAfterSwap", () => {
  for (const each of facets()) each.open = opened?.get(each.dataset.facet) ?? each.open;
});

/* What was pressed may be gone with the answer: then the heading of the results has the focus. Few results
   beside a long column of filters come back into view. */
document.addEventListener("htmx:afterSettle", (event) => {
  const found = event.detail.target;
  if (found?.id !== "found") return;
  if (document.activeElement === document.body) document.getElementById("found-h")?.focus({ preventScroll: true });
  if (found.getBoundingClientRect().bottom < innerHeight / 3) form.scrollIntoView();
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  const drawer = close && document.getElementById(close.dataset.close);
  if (!drawer?.hidePopover) return;
  drawer.hidePopover();
  event.preventDefault(); // what is shown is the answer already: asked again, going back would stand still
});
