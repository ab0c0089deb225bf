/* Uploads in pieces that survive a lost line and a closed page, several files at a time: each becomes a
   lesson of its own, with its own title and the description that all share. They go through the site (tus
   1.0); large ones to object storage directly where the page offers it. The form works without this.
   Texts stand in the page, as data-… of the list; {name} is filled in here. */

import { Direct, Unreachable } from "./upload-direct.js";

const form = document.querySelector("form[data-upload]");
const list = form.querySelector("[data-upload-list]");
const input = form.querySelector("[type=file]");
const many = Boolean(form.dataset.many);
const LEAST = 524288;
const AT_ONCE = 2;
const DIRECT = "direct ";
const WAITS = [1, 2, 5, 10];
const LONGEST_WAIT = 15;
const uploads = new Set(); // a row each, in the order in which they were chosen
const notes = Object.fromEntries(
  ["wait", "refused", "none", "all"].map((name) => [name, form.querySelector(`[data-upload-${name}]`)]),
);
let wanted = null; // the button that was pressed: what becomes of each file as soon as it is ready
let saving = false;
let made = 0; // ids for labels

const say = (key, facts = {}) => list.dataset[key].replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const digits = (number, most) =>
  number.toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: most });
const size = (bytes) =>
  bytes < 104858 ? `${digits(Math.ceil(bytes / 1024), 0)}\u00a0kB` : `${digits(bytes / 1048576, 1)}\u00a0MB`;
const keyOf = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;
const some = (test) => [...uploads].filter(test);
const label = (element, text) => element.setAttribute("aria-label", text);

function note(name) {
  for (const [key, element] of Object.entries(notes)) element.hidden = key !== name;
  if (name) notes[name].focus();
}

class Refused extends Error {}

function messageIn(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return ""; // not our JSON: a proxy's page, or that of an ended session
  }
}

function verdict(status, text) {
  const message = messageIn(text) || (status === 403 ? say("signIn") : say("failed", { code: status }));
  return Object.assign(new Refused(message), { kept: status === 401 || status === 403 });
}

class Upload {
  constructor(file) {
    this.file = file;
    this.key = keyOf(file);
    this.offset = 0;
    this.piece = LEAST;
    const kept = localStorage.getItem(this.key);
    const { direct, directFrom } = form.dataset;
    if (direct && (kept ? kept.startsWith(DIRECT) : file.size > directFrom)) this.direct = new Direct(this, direct);
    if (kept && kept.startsWith(DIRECT) === Boolean(this.direct)) this.url = kept.replace(DIRECT, "");
    this.row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.row.querySelector(`[data-${name}]`);
    this.part("name").textContent = file.name;
    label(this.part("cancel"), say("cancel", { name: file.name }));
    label(this.part("remove"), say("remove", { name: file.name }));
    this.part("cancel").onclick = this.part("remove").onclick = () => {
      this.cancel();
      input.focus();
    };
    this.detail = this.part("detail");
    this.title = this.row.querySelector("[data-titled] input");
    if (this.title) {
      this.title.id = `title-${++made}`;
      this.title.previousElementSibling.htmlFor = this.title.id;
    }
    list.append(this.row);
    uploads.add(this);
  }

  /* Neither refused nor saved: there is something to do with it yet. */
  get open() {
    return !this.refused && !this.saved;
  }

  state(name, text, detail = "") {
    const over = name === "done" || name === "refused";
    this.refused = name === "refused";
    if (this.title) this.title.parentElement.hidden = this.refused || Boolean(this.saved);
    this.part("meta").hidden = this.refused;
    this.part("error").hidden = !this.refused;
    this.part(this.refused ? "reason" : "text").textContent = text;
    this.detail.textContent = detail;
    if (detail) this.part("text").after(this.detail);
    else this.detail.remove();
    this.part("again").hidden = name !== "broken";
    this.part("cancel").hidden = over;
    this.part("remove").hidden = !over || Boolean(this.saved);
    const sign = this.refused ? "refused" : name === "done" ? "done" : "on";
    this.row.querySelectorAll("[data-sign]").forEach((one) => (one.hidden = one.dataset.sign !== sign));
    const bar = this.part("progress");
    bar.hidden = over;
    bar.value = this.percent();
    bar.classList.toggle("bad", name === "broken");
    label(bar, `${this.file.name}: ${text}`);
  }

  percent(sent = this.offset) {
    return Math.floor((100 * sent) / (this.file.size || 1));
  }

  show(sent) {
    const seconds = (Date.now() - this.began) / 1000;
    const left = ((this.file.size - sent) * seconds) / (sent - this.from || 1);
    const rest = left < 60 ? say("soon") : say("left", { n: Math.ceil(left / 60) });
    const facts = { percent: this.percent(sent), done: size(sent), size: size(this.file.size) };
    this.state("running", say("loading", facts), seconds < 3 ? "" : rest);
    this.part("progress").value = this.percent(sent);
  }

  /* XMLHttpRequest, for fetch cannot tell how much has been sent. */
  send(method, url, more = {}, body = null, quiet = false) {
    return new Promise((resolve, reject) => {
      const request = (this.request = new XMLHttpRequest());
      request.open(method, url);
      const token = form.elements.csrfmiddlewaretoken.value;
      const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json", ...more };
      Object.entries(headers).forEach((header) => request.setRequestHeader(...header));
      if (body && !quiet) request.upload.onprogress = (event) => this.show(this.offset + event.loaded);
      request.onload = () => resolve(request);
      request.onerror = request.onabort = () => reject(new Error(method));
      request.send(body);
    });
  }

  /* What may pass by itself is tried again, the rest is a verdict. */
  check(answer) {
    const { status } = answer;
    if (status < 300) return answer;
    throw status >= 500 || [404, 408, 409, 423, 429].includes(status)
      ? Object.assign(new Error(status), { told: status === 503 && messageIn(answer.responseText) })
      : verdict(status, answer.responseText);
  }

  /* A question to the site in JSON; null where it knows no such upload. */
  async ask(method, url, body = null) {
    const facts = { "Content-Type": "application/json" };
    const answer = await this.send(method, url, facts, body && JSON.stringify(body), true);
    return answer.status === 404 ? null : JSON.parse(this.check(answer).responseText);
  }

  announced(url) {
    this.url = url;
    localStorage.setItem(this.key, (this.direct ? DIRECT : "") + url);
  }

  settling() {
    this.state("done", say("checking", { size: size(this.file.size) }));
    this.part("cancel").hidden = false;
    this.part("remove").hidden = true;
  }

  /* Where the server stands with this file, of this page or an earlier one; else announces it. */
  async find() {
    const head = this.url && (await this.send("HEAD", this.url));
    if (head && head.status !== 404) {
      this.from = this.offset = Number(this.check(head).getResponseHeader("Upload-Offset"));
      return;
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const announced = { "Upload-Length": this.file.size, "Upload-Metadata": `filename ${name}` };
    this.announced(this.check(await this.send("POST", form.dataset.upload, announced)).getResponseHeader("Location"));
    this.from = this.offset = 0;
  }

  async next() {
    const start = Date.now();
    const piece = this.file.slice(this.offset, this.offset + this.piece);
    const facts = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": this.offset };
    this.offset = Number(this.check(await this.send("PATCH", this.url, facts, piece)).getResponseHeader("Upload-Offset"));
    const seconds = (Date.now() - start) / 1000;
    if (seconds < 4) this.piece = Math.min(this.piece * (seconds < 1 ? 4 : 2), form.dataset.chunk);
    if (seconds > 20) this.piece = Math.max(this.piece / 2, LEAST);
  }

  async throughTheSite() {
    await this.find();
    while (this.offset < this.file.size) await this.next();
  }

  /* From here on through the site, from the beginning: what lies in storage is given up. */
  leaveStorage() {
    this.forget();
    this.direct = this.url = null;
    this.from = this.offset = 0;
  }

  forget() {
    this.direct?.stop();
    localStorage.removeItem(this.key);
    if (this.url) this.giveUp(this.url);
  }

  /* Outlives the page, and is tried again: what is not given up fills the quota for a week. */
  async giveUp(url, tries = 3) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
    const answer = await fetch(url, { method: "DELETE", headers, keepalive: true }).catch(() => null);
    if ((!answer || answer.status >= 500) && tries > 1) setTimeout(() => this.giveUp(url, tries - 1), 5000);
  }

  /* Until all has arrived, or it is clear that it never will. */
  async run() {
    for (let tries = 0, reached = 0; !this.gone; tries++) {
      this.began = Date.now();
      try {
        if (this.direct) await this.direct.bring();
        else await this.throughTheSite();
        this.arrived = true;
        return localStorage.removeItem(this.key);
      } catch (error) {
        if (this.gone) return undefined;
        if (error instanceof Unreachable) {
          this.leaveStorage();
          continue;
        }
        if (error instanceof Refused) {
          if (!error.kept) localStorage.removeItem(this.key);
          return this.state("refused", error.message);
        }
        if (this.offset > reached) tries = 0;
        reached = this.offset;
        await this.pause(1000 * (WAITS[tries] || LONGEST_WAIT), error.told);
      }
    }
    return undefined;
  }

  /* told: what the site says of a part of it that is away; without it the line is. */
  pause(milliseconds, told) {
    this.state("broken", say(told ? "paused" : "broken", { percent: this.percent() }), told || say("kept"));
    return new Promise((go) => {
      this.goOn = go;
      this.part("again").onclick = go;
      setTimeout(go, milliseconds);
      addEventListener("online", go, { once: true });
    });
  }

  cancel() {
    this.gone = true;
    this.request?.abort();
    this.goOn?.();
    this.forget();
    this.leave();
    pump();
    saveReady();
  }

  leave() {
    uploads.delete(this);
    this.row.remove();
    if (!some((one) => one.refused).length) notes.refused.hidden = true;
    if (!some((one) => one.open).length) notes.wait.hidden = true;
  }

  /* What checking says of a file that has arrived. */
  async examine() {
    const facts = { size: size(this.file.size) };
    this.state("done", say("checking", facts));
    const answer = await this.send("POST", `${this.url}check/${form.dataset.next || ""}`).catch(() => null);
    if (this.gone) return;
    const told = answer && answer.status < 300 ? JSON.parse(answer.responseText) : { verdict: "later" };
    if (told.summary) this.tell(told);
    if (told.verdict === "refused") {
      this.state("refused", say("rejected"));
      return;
    }
    if (this.title && !this.title.value) this.title.value = told.title || "";
    this.state("done", say(told.verdict === "later" ? "later" : "checked", facts));
    this.ready = true;
  }

  tell({ verdict: judged, summary, html, known }) {
    const result = this.part("result");
    result.hidden = false;
    result.open = known || judged === "refused";
    result.firstElementChild.textContent = summary;
    this.part("found").innerHTML = html;
  }

  /* Makes a lesson of it, with what the form says just now. True: the next may follow. */
  async save() {
    const body = new FormData(form);
    body.delete("file");
    body.set(wanted.name, wanted.value);
    if (this.title) body.set("title", this.title.value);
    body.set("upload", this.url.split("/").at(-2));
    if (uploads.size === 1) body.set("alone", "1");
    const before = this.part("text").textContent;
    this.state("done", say("saving"));
    this.part("remove").hidden = true;
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const text = await answer.text();
    if (answer.ok) {
      this.keep(JSON.parse(text));
      return true;
    }
    const told = answer.status === 400 ? JSON.parse(text) : {};
    if (told.fields) {
      this.state("done", before);
      correct(told);
      return false;
    }
    this.state("refused", verdict(answer.status, text).message);
    return true;
  }

  keep({ url, title, submitted, why, who, ingest }) {
    this.saved = url;
    this.submitted = submitted;
    if (title) this.part("name").textContent = title;
    const more = ingest === "received" ? say("later", { size: size(this.file.size) }) : "";
    this.state("done", say(submitted ? "submitted" : "draft"), why || who || more);
    this.part("link").href = url;
    this.part("link").hidden = false;
  }
}

/* Puts the fields in place as the server gave them back, each with what is to be corrected. */
function correct({ fields, summary }) {
  wanted = null;
  form.querySelector("[data-fields]").innerHTML = fields;
  const place = document.querySelector("[data-form-summary]");
  place.innerHTML = summary;
  hideTitle();
  note(null);
  place.querySelector("[data-focus]")?.focus();
}

/* As many at once as the line bears; the others wait their turn. */
function pump() {
  const waiting = some((upload) => upload.waits);
  const running = some((upload) => upload.running).length;
  waiting.slice(0, Math.max(0, AT_ONCE - running)).forEach(bring);
}

async function bring(upload) {
  upload.waits = false;
  upload.running = true;
  try {
    await upload.run();
    if (upload.arrived && !upload.gone) await upload.examine();
  } catch {
    upload.state("refused", say("failed", { code: "–" }));
  }
  upload.running = false;
  pump();
  saveReady();
}

/* Once a button was pressed, what is ready is saved, one after the other. */
async function saveReady() {
  if (!wanted || saving) return;
  saving = true;
  for (const upload of some((one) => one.ready && one.open)) {
    try {
      if (!(await upload.save())) break;
    } catch {
      upload.state("done", say("failed", { code: "–" })); // the file is there: it can be saved again
      wanted = null;
      break;
    }
  }
  saving = false;
  if (!wanted) return;
  if (some((one) => one.ready && one.open).length) saveReady();
  else if (uploads.size && !some((one) => one.open).length) finish();
}

async function startAfresh() {
  const page = await fetch(form.action).then((answer) => answer.text()).catch(() => "");
  const fields = new DOMParser().parseFromString(page, "text/html").querySelector("[data-fields]");
  if (!fields) return;
  form.querySelector("[data-fields]").replaceWith(fields);
  hideTitle();
}

function finish() {
  wanted = null;
  const saved = some((upload) => upload.saved);
  const submitted = saved.filter((upload) => upload.submitted);
  if (uploads.size === 1 && saved.length) {
    location.href = saved[0].saved;
    return;
  }
  if (!saved.length) {
    note("refused");
    return;
  }
  notes.all.querySelector("[data-count]").textContent = say(
    submitted.length ? "allSubmitted" : "all",
    { n: (submitted.length ? submitted : saved).length, total: uploads.size },
  );
  note("all");
  // Their rows stay as an account; the form is for the next ones.
  saved.forEach((upload) => uploads.delete(upload));
  startAfresh();
}

const drop = form.querySelector(".drop");
const plain = form.querySelector("[data-plain]");
const held = form.querySelector("[data-held]");

function letGo() {
  if (held?.isConnected) form.elements.upload.value = "";
  held?.remove();
}

/* Files are added to those that are there; what was refused makes room. A form for one file keeps one. */
function take(files) {
  const chosen = [...files].slice(0, many ? files.length : 1);
  if (!chosen.length) return;
  letGo();
  note(null);
  some((upload) => upload.refused).forEach((upload) => upload.leave());
  const limit = Number(form.dataset.limit);
  for (const file of chosen) {
    const same = some((upload) => upload.open && upload.key === keyOf(file))[0];
    if (same) {
      same.goOn?.();
      continue;
    }
    if (!many) some(() => true).forEach((upload) => upload.cancel());
    const upload = new Upload(file);
    const facts = { size: size(file.size), limit: size(limit) };
    if (!file.size) upload.state("refused", say("empty"));
    else if (file.size > limit) upload.state("refused", say("large", facts));
    else {
      upload.waits = true;
      upload.state("waiting", say("waiting", facts));
    }
  }
  pump();
}

function hideTitle() {
  const single = form.querySelector("[data-one-title]");
  if (single && many) single.hidden = true;
}

label(input, plain.querySelector("label").textContent);
input.className = "";
input.multiple = many;
drop.append(input);
drop.hidden = false;
form.querySelectorAll("[data-scripted]").forEach((part) => (part.hidden = false));
plain.remove();
if (!held) hideTitle();
input.onchange = () => {
  take(input.files);
  input.value = "";
};
drop.ondragover = (event) => event.preventDefault();
drop.ondrop = (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
};
held?.querySelector("button").addEventListener("click", () => {
  letGo();
  hideTitle();
  input.focus();
});
form.onsubmit = (event) => {
  if (held?.isConnected) return; // the file is on the server already: an ordinary form
  event.preventDefault();
  document.querySelector("[data-form-summary]")?.replaceChildren();
  if (!some((upload) => upload.open).length) {
    if (some((upload) => upload.saved).length) finish();
    else note(uploads.size ? "refused" : "none");
    return;
  }
  wanted = event.submitter;
  note(some((upload) => upload.open && !upload.ready).length ? "wait" : null);
  saveReady();
};
addEventListener("beforeunload", (event) => {
  if (some((upload) => upload.open).length) event.preventDefault();
});
