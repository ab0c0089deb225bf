/* Zooming a picture. Without this file it fits the window, and its own tab shows it in full. */

const STEP = 1.4;
const LARGEST = 6;

const main = document.querySelector("main");
const image = main.querySelector("img");
const part = (name) => document.querySelector(`[data-${name}]`);

function shown() {
  return image.clientWidth / (image.naturalWidth || image.clientWidth || 1);
}

function tell() {
  part("zoom").textContent = `${Math.round(shown() * 100)} %`;
  part("fit").setAttribute("aria-pressed", String(!main.classList.contains("zoomed")));
}

function fit() {
  main.classList.remove("zoomed");
  image.style.width = "";
  tell();
}

/* What lay under the pointer (or in the middle) stays there. */
function zoom(scale, x = main.clientWidth / 2, y = main.clientHeight / 2) {
  const before = image.getBoundingClientRect();
  const place = main.getBoundingClientRect();
  const shareX = (x + place.left - before.left) / before.width;
  const shareY = (y + place.top - before.top) / before.height;
  main.classList.add("zoomed");
  image.style.width = `${Math.round(image.naturalWidth * Math.min(LARGEST, Math.max(0.05, scale)))}px`;
  const after = image.getBoundingClientRect();
  main.scrollLeft += after.left + shareX * after.width - place.left - x;
  main.scrollTop += after.top + shareY * after.height - place.top - y;
  tell();
}

const KEYS = {
  "+": () => zoom(shown() * STEP),
  "=": () => zoom(shown() * STEP),
  "-": () => zoom(shown() / STEP),
  0: fit,
  1: () => zoom(1),
};

image.addEventListener("click", ({ clientX, clientY }) => {
  if (main.classList.contains("zoomed")) return fit();
  const place = main.getBoundingClientRect();
  return zoom(Math.max(1, shown() * 2), clientX - place.left, clientY - place.top);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});
part("in").addEventListener("click", KEYS["+"]);
part("out").addEventListener("click", KEYS["-"]);
part("actual").addEventListener("click", KEYS[1]);
part("fit").addEventListener("click", fit);
addEventListener("resize", tell);
if (image.complete) tell();
image.addEventListener("load", tell);
part("bar").hidden = false;
