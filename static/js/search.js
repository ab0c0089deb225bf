/* The search page: suggestions while typing (a combobox with a listbox), filters that keep open what
   was open, short addresses. Without it the page searches all the same. */

const form = document.querySelector("form[data-suggest]");
const input = form?.querySelector('input[type="search"]');
const PAUSE_MS = 150;

if (input) suggestions();

function suggestions() {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  list.hidden = true;
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = null;
  const options = () => [...list.querySelectorAll('[role="option"]')];
  const current = () => list.querySelector('[aria-selected="true"]');

  function choose(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(null);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    try {
      const address = `${form.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
      const answer = await fetch(address, { signal: asked.signal });
      list.innerHTML = answer.ok ? await answer.text() : "";
      show(options().length > 0 && document.activeElement === input);
    } catch {
      show(false); // no network, or a newer question
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(ask, PAUSE_MS);
    else show(false);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (list.hidden || !all.length) return;
    const at = all.indexOf(current());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at < 1 ? all.length : at) - 1]);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && at >= 0) all[at].click();
    else return;
    event.preventDefault();
  });
  const leave = () => { clearTimeout(timer); asked?.abort(); show(false); };
  form.addEventListener("submit", leave);
  // A press on the list must not take the focus before its click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("blur", leave);
}

/* Empty fields stay out of the address. */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form) return;
  const data = event.detail.formData;
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

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) document.getElementById(close.dataset.close)?.hidePopover?.();
});
