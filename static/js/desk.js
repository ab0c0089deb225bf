/* The desk and lists with ticks: choosing all, how many are chosen; the sheet's solid button follows what
   was marked, and a sheet half filled in survives a closed page. All of it works without script. */

for (const form of document.querySelectorAll("form[data-pick]")) {
  const all = form.querySelector("[data-pick-all]");
  const boxes = [...document.querySelectorAll("[name=chosen], [name=people]")].filter((box) => box.form === form);
  const told = form.querySelector("[data-picked]");
  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    if (told) told.textContent = n ? `(${n})` : "";
    if (!all) return;
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  form.querySelectorAll("[data-scripted]").forEach((part) => (part.hidden = false));
  all?.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    count();
  });
  boxes.forEach((box) => {
    box.addEventListener("change", count);
    // Enter on a box ticks it: it must not press the first button of the form
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      box.click();
    });
  });
  count();
}

const sheet = document.querySelector("form[data-sheet]");
if (sheet) {
  const give = sheet.querySelector("[value=return]");
  const take = sheet.querySelector("[value=publish]");
  const marks = [...sheet.querySelectorAll("[type=radio][value=change]")];
  const key = `sheet:${sheet.dataset.sheet}`;
  const kept = sheet.querySelector("[data-kept]");

  const follow = () => {
    const n = marks.filter((mark) => mark.checked).length;
    give.classList.toggle("btn-line", !n);
    take?.classList.toggle("btn-line", n > 0);
    give.textContent = n ? sheet.dataset.reasons.replace("{n}", n) : sheet.dataset.return;
    if (n && take && take.compareDocumentPosition(give) & 4) take.before(give);
    if (!n && take && give.compareDocumentPosition(take) & 4) give.before(take);
  };
  const keep = () => {
    const rows = [...new FormData(sheet)].filter(([name]) => !["csrfmiddlewaretoken", "revision"].includes(name));
    sessionStorage.setItem(key, JSON.stringify(rows));
    if (!kept) return;
    const now = new Date().toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });
    kept.lastElementChild.textContent = sheet.dataset.saved.replace("{time}", now);
    kept.hidden = false;
  };
  const bring = (rows) => {
    for (const [name, value] of rows) {
      for (const field of sheet.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (["radio", "checkbox"].includes(field.type)) field.checked ||= field.value === value;
        else field.value = value;
      }
    }
  };
  if (!sheet.hasAttribute("data-bound")) bring(JSON.parse(sessionStorage.getItem(key) || "[]"));
  sheet.addEventListener("change", () => (follow(), keep()));
  sheet.addEventListener("input", keep);
  follow();
}
