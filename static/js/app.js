/* What every page does besides what HTML does: htmx's CSRF header, focus on the summary of a form
   that came back, toasts that leave after six seconds. Pages work without any of it. */

const TOAST_MS = 6000;

function csrfToken() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta) return meta.content;
  const field = document.querySelector('input[name="csrfmiddlewaretoken"]');
  return field ? field.value : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers, path } = event.detail;
  if (verb === "get" || new URL(path, location.href).origin !== location.origin) return;
  headers["X-CSRFToken"] = csrfToken();
});

function leaveLater(toast) {
  let timer = setTimeout(() => toast.remove(), TOAST_MS);
  const stay = () => clearTimeout(timer);
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), TOAST_MS);
  };
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusout", leave);
  toast.addEventListener("pointerleave", leave);
}

/* Says in the corner that a small thing is done. A server does it with the header HX-Trigger: {"toast": "…"}. */
export function toast(text) {
  const place = document.querySelector("[data-toasts]");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  place.append(box);
  leaveLater(box);
}

document.addEventListener("toast", (event) => {
  const { detail } = event;
  toast(typeof detail === "string" ? detail : detail?.value);
});

/* The search box of the header; where it cannot open, the link leads to the search page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-open]");
  const box = link && document.getElementById(link.dataset.open);
  if (!box?.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  box.togglePopover();
  box.querySelector("input")?.focus();
});

function focusSummary(root) {
  root?.querySelector?.("[data-focus]")?.focus(); // going back in history names no target
}

/* What was jumped to does not take the focus of the page that answers. */
document.addEventListener("submit", () => {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
});

document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.detail.target));
document.querySelectorAll("[data-toasts] > .toast").forEach(leaveLater);
focusSummary(document);

/* The address of a thing, for somebody else: the phone's own way to share, else the clipboard. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-share]");
  const touch = matchMedia("(pointer: coarse)").matches && navigator.share;
  if (!link || event.ctrlKey || event.metaKey || !(touch || navigator.clipboard)) return;
  event.preventDefault();
  const { share: title, copied } = link.dataset;
  const done = touch ? navigator.share({ title, url: link.href }) : navigator.clipboard.writeText(link.href);
  done.then(() => touch || toast(copied)).catch(() => {});
});
