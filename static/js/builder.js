/* Spares the builder of a course some work: Alt with an arrow moves the activity that has the focus, and
   lessons ticked in the picker stay chosen when the search brings others. Without it there are the buttons. */

document.querySelector("[data-moves]")?.parentElement.addEventListener("keydown", (event) => {
  const act = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const row = event.altKey && act && event.target.closest("[data-move]");
  if (!row) return;
  event.preventDefault();
  row.querySelector(`button[value="${act}"]`).click();
});

const chosen = document.querySelector("[data-chosen]");

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!chosen || event.detail.target.id !== "found") return;
  for (const box of event.detail.target.querySelectorAll(":checked")) chosen.append(box.closest("label"));
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!chosen || event.detail.target.id !== "found") return;
  for (const box of chosen.querySelectorAll("input")) {
    event.detail.target.querySelector(`input[value="${CSS.escape(box.value)}"]`)?.closest("label").remove();
  }
});
