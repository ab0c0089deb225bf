/* Shows a PDF sheet by sheet: only what is near the window is fetched and drawn. No script of the document
   runs: pdf.js has its scripting left out. Without this file the sentence with the ways out stays. */

import { getDocument, GlobalWorkerOptions, TextLayer } from "./pdf.min.mjs";

const ACTUAL = 96 / 72; // CSS pixels a point
const WIDEST_FIT = 1.9;
const STEP = 1.25;
const SMALLEST = 0.2;
const LARGEST = 6;
const MOST_PIXELS = 8_000_000; // of one canvas: phones give up beyond
const MOST_DRAWN = 12;

const view = document.querySelector("[data-pdf]");
const part = (name) => document.querySelector(`[data-${name}]`);
const texts = view.dataset;
const sheets = [];
let pdf = null;
let scale = 1;
let fitted = true;
let current = 1;

function say(text) {
  part("note").hidden = !text;
  part("said").textContent = text ?? "";
}

/* Sizes */

function widthOfView() {
  const style = getComputedStyle(view);
  return view.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 2;
}

function fit() {
  const widest = Math.max(...sheets.map((sheet) => sheet.width));
  return Math.min(widthOfView() / widest, WIDEST_FIT);
}

function lay(sheet) {
  sheet.box.style.width = `${Math.round(sheet.width * scale) + 2}px`;
  sheet.box.style.height = `${Math.round(sheet.height * scale) + 2}px`;
}

function rescale(wanted, isFit) {
  const sheet = sheets[current - 1];
  const share = (view.scrollTop - sheet.box.offsetTop) / (sheet.box.offsetHeight || 1);
  scale = Math.min(LARGEST, Math.max(SMALLEST, wanted));
  fitted = isFit;
  view.style.setProperty("--total-scale-factor", scale);
  for (const one of sheets) lay(one);
  view.scrollTop = sheet.box.offsetTop + share * sheet.box.offsetHeight;
  part("zoom").textContent = `${Math.round((scale / ACTUAL) * 100)} %`;
  part("fit").setAttribute("aria-pressed", String(fitted));
  for (const one of sheets) if (one.near) draw(one);
}

/* One sheet */

function wipe(sheet) {
  sheet.task?.cancel();
  sheet.task = null;
  sheet.drawn = 0;
  sheet.texted = false;
  sheet.box.replaceChildren();
}

async function draw(sheet) {
  if (sheet.drawn === scale) return;
  sheet.task?.cancel();
  sheet.drawn = scale;
  const wanted = scale;
  try {
    sheet.page ??= await pdf.getPage(sheet.number);
    if (sheet.drawn !== wanted) return;
    measure(sheet);
    const viewport = sheet.page.getViewport({ scale: wanted });
    const ratio = Math.min(devicePixelRatio || 1, 2, Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("aria-hidden", "true"); // its words stand in the text layer
    sheet.task = sheet.page.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
    await sheet.task.promise;
    sheet.task = null;
    sheet.box.querySelector("canvas")?.remove();
    sheet.box.prepend(canvas);
    if (!sheet.texted) await write(sheet, viewport);
  } catch (error) {
    if (error?.name === "RenderingCancelledException") return;
    sheet.drawn = 0;
    sheet.box.textContent = texts.sheetFailed.replace("{n}", sheet.number);
  }
  forget();
}

function measure(sheet) {
  const { width, height } = sheet.page.getViewport({ scale: 1 });
  if (sheet.width === width && sheet.height === height) return;
  Object.assign(sheet, { width, height });
  lay(sheet);
}

async function write(sheet, viewport) {
  sheet.texted = true;
  const layer = document.createElement("div");
  layer.className = "textLayer";
  sheet.box.append(layer);
  const source = sheet.page.streamTextContent({ includeMarkedContent: true });
  await new TextLayer({ textContentSource: source, container: layer, viewport }).render();
  for (const note of await sheet.page.getAnnotations()) {
    if (note.subtype === "Link" && (note.url || note.dest)) sheet.box.append(link(sheet, note));
  }
}

function link(sheet, note) {
  const [left, low, right, high] = sheet.page.getViewport({ scale: 1 }).convertToViewportRectangle(note.rect);
  const made = document.createElement("a");
  made.className = "link";
  const place = { left, top: Math.min(low, high), width: right - left, height: Math.abs(high - low) };
  for (const [side, value] of Object.entries(place)) {
    made.style[side] = `calc(var(--total-scale-factor) * ${value}px)`;
  }
  made.href = note.url ?? "#";
  made.setAttribute("aria-label", note.url ?? texts.inside);
  if (note.url) Object.assign(made, { target: "_blank", rel: "noopener noreferrer" });
  else made.addEventListener("click", (event) => follow(event, note.dest));
  return made;
}

async function follow(event, dest) {
  event.preventDefault();
  const place = typeof dest === "string" ? await pdf.getDestination(dest) : dest;
  if (place?.[0]) go((await pdf.getPageIndex(place[0])) + 1);
}

/* Drawings far from the window are given up, lest a long document fill the memory. */
function forget() {
  const drawn = sheets.filter((sheet) => sheet.drawn && !sheet.near);
  drawn.sort((a, b) => Math.abs(b.number - current) - Math.abs(a.number - current));
  const over = sheets.filter((sheet) => sheet.drawn).length - MOST_DRAWN;
  for (const sheet of drawn.slice(0, Math.max(0, over))) wipe(sheet);
}

/* Where one is */

function show(number) {
  current = number;
  const field = part("page");
  if (document.activeElement !== field) field.value = number;
  part("previous").disabled = number <= 1;
  part("next").disabled = number >= sheets.length;
}

function go(number) {
  const wanted = Math.min(sheets.length, Math.max(1, Math.round(number) || current));
  view.scrollTop = sheets[wanted - 1].box.offsetTop - 8;
  show(wanted);
  part("page").value = wanted;
}

function look() {
  const middle = view.scrollTop + view.clientHeight / 3;
  const after = sheets.findIndex((sheet) => sheet.box.offsetTop > middle);
  const atEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - 4;
  const lastShown = atEnd && sheets.at(-1).box.offsetTop < view.scrollTop + view.clientHeight;
  show(lastShown ? sheets.length : after < 0 ? sheets.length : Math.max(1, after));
}

const KEYS = {
  "+": () => rescale(scale * STEP, false),
  "=": () => rescale(scale * STEP, false),
  "-": () => rescale(scale / STEP, false),
  0: () => rescale(fit(), true),
  ArrowLeft: () => go(current - 1),
  ArrowRight: () => go(current + 1),
  Home: () => go(1),
  End: () => go(sheets.length),
};

function listen() {
  let asked = false;
  view.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => ((asked = false), look()));
  });
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    event.preventDefault();
    act();
  });
  part("page").addEventListener("change", (event) => go(Number(event.target.value)));
  part("previous").addEventListener("click", KEYS.ArrowLeft);
  part("next").addEventListener("click", KEYS.ArrowRight);
  part("out").addEventListener("click", KEYS["-"]);
  part("in").addEventListener("click", KEYS["+"]);
  part("fit").addEventListener("click", KEYS[0]);
  new ResizeObserver(() => fitted && Math.abs(fit() - scale) > 0.004 && rescale(fit(), true)).observe(view);
}

function watch() {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const sheet = sheets[Number(target.dataset.number) - 1];
        sheet.near = isIntersecting;
        if (isIntersecting) draw(sheet);
      }
    },
    { root: view, rootMargin: "60% 0px" },
  );
  for (const sheet of sheets) watcher.observe(sheet.box);
}

async function open() {
  const here = new URL("./", import.meta.url).href;
  GlobalWorkerOptions.workerSrc = `${here}pdf.worker.min.mjs`;
  const loading = getDocument({
    url: texts.pdf,
    disableAutoFetch: true, // sheets that nobody looks at are not fetched
    disableStream: true,
    isEvalSupported: false,
    enableXfa: false,
    standardFontDataUrl: here,
    wasmUrl: here,
    maxImageSize: 60_000_000,
    verbosity: 0,
  });
  loading.onPassword = () => {
    say(texts.password);
    loading.destroy();
  };
  pdf = await loading.promise;
  const first = await pdf.getPage(1);
  const { width, height } = first.getViewport({ scale: 1 });
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const box = document.createElement("section");
    box.className = "sheet";
    box.dataset.number = number;
    box.setAttribute("aria-label", texts.sheet.replace("{n}", number));
    sheets.push({ number, box, width, height, page: number === 1 ? first : null, drawn: 0, near: false });
  }
  view.append(...sheets.map((sheet) => sheet.box));
  part("count").textContent = pdf.numPages;
  part("page").max = pdf.numPages;
  part("bar").hidden = false;
  say("");
  rescale(fit(), true);
  show(1);
  if (texts.start > 1) go(Number(texts.start));
  listen();
  watch();
}

say(texts.opening);
open().catch((error) => {
  if (part("said").textContent !== texts.password) say(error?.name === "InvalidPDFException" ? texts.broken : texts.failed);
});
