/* Suggestions while typing in a search box: a combobox with a listbox of links. Arrows choose, Enter
   follows, Escape closes. The list is made here, so without script there is no trace of it. */

const PAUSE_MS = 120;

document.querySelectorAll("form[data-suggest]").forEach((form, number) => {
  const input = form.querySelector('input[type="search"]');
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
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

  function leave() {
    clearTimeout(timer);
    asked?.abort();
    show(false);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(ask, PAUSE_MS);
    else leave();
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.isComposing || !all.length) return; // an input method is putting a mark on a letter
    if (list.hidden) {
      if (event.key !== "ArrowDown" || !input.value.trim()) return;
      show(true);
    }
    const at = all.indexOf(current());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at < 1 ? all.length : at) - 1]);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && at >= 0) all[at].click();
    else return;
    event.preventDefault();
  });
  // Going back brings what was typed when a suggestion was followed.
  const { typed } = history.state ?? {};
  if (typed?.[0] === number) [, input.value] = typed;
  list.addEventListener("click", () => {
    history.replaceState({ ...history.state, typed: [number, input.value] }, "");
  });
  form.addEventListener("submit", leave);
  // A press on the list must not take the focus before its click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  input.addEventListener("blur", leave);
});
