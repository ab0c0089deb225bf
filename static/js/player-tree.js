/* What a sequenced lesson shows around its parts: which ways are open, that it has ended, and
   the question before it does. The server decides; a way that is shut here is refused there too. */

export const WAYS = { prev: "previous", next: "continue", end: "exitAll" };

/* ``controls``: a word a way (enabled, disabled, hidden), ``choices`` by identifier, ``hidden`` identifiers. */
export function showWays(page, controls) {
  for (const [name, way] of Object.entries(WAYS)) {
    const button = page.querySelector(`[data-${name}]`);
    if (!button) continue;
    // What a package hides is shown shut: its own conformance cases look for the device (CM-01, OB-04).
    button.hidden = name === "end" && controls[way] !== "enabled";
    button.disabled = controls[way] !== "enabled";
  }
  // The way out puts the lesson aside, where the package leaves that to the page.
  page.querySelector("[data-exit]").toggleAttribute("data-leaves", controls.suspendAll !== "enabled");
  const hidden = new Set(controls.hidden);
  for (const line of page.querySelectorAll("[data-contents] [data-sco]")) {
    const open = controls.choices[line.dataset.sco] === true;
    const link = line.querySelector("a");
    line.hidden = hidden.has(line.dataset.sco);
    if (open) link.href = `?sco=${encodeURIComponent(line.dataset.sco)}`;
    else link.removeAttribute("href");
    link.setAttribute("aria-disabled", String(!open));
  }
}

/* The lesson has ended, or waits for the learner to choose: said where the part was. Without words it goes. */
export function showPause(page, { title = "", message = "", again = "" } = {}) {
  const place = page.querySelector("[data-ended]");
  place.hidden = !title;
  place.querySelector("[data-ended-title]").textContent = title;
  place.querySelector("[data-ended-text]").textContent = message;
  const anew = place.querySelector("[data-anew]");
  anew.textContent = again;
  anew.hidden = !again;
  if (title) place.focus();
}

/* Whether the learner means to end a lesson that is not done: end, leave, or "" to go on. Where all its parts are
   done nobody is asked. ``open``: a part is open, for a lesson without contents. */
export async function meansToEnd(page, open) {
  const parts = [...page.querySelectorAll("[data-contents] [data-launchable]")].filter((line) => !line.hidden);
  const undone = (line) => !line.querySelector('[data-state="done"]:not([hidden])');
  if (parts.length ? !parts.some(undone) : !open) return "end";
  const dialog = page.querySelector("[data-ask]");
  if (!dialog.showModal) return window.confirm(dialog.querySelector("p").textContent) ? "end" : "";
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  return dialog.returnValue;
}
