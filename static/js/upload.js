/* Uploads in pieces (tus 1.0) that survive a lost line and a closed page. The form works without it.
   Texts stand in the page, as data-… of the list; {name} is filled in here. */

const form = document.querySelector("form[data-upload]");
const list = form.querySelector("[data-upload-list]");
const input = form.querySelector("[type=file]");
const many = Boolean(form.dataset.many);
const LEAST = 524288;
const WAITS = [1, 2, 5, 10, 30];
const running = new Set();
const uploads = new Set();
const found = form.querySelector("[data-upload-found]");
const waitNote = form.querySelector("[data-upload-wait]");
const refusedNote = form.querySelector("[data-upload-refused]");
let latest = []; // the files that were chosen last
let own = null; // of these the one that goes with the form
let shown = null; // whose findings stand in the panel
let title = ""; // what a package put into the empty field
let pressed = null; // the button pressed while the file was being checked

const say = (key, facts = {}) => list.dataset[key].replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const digits = (number, most) => number.toLocaleString("vi", { maximumFractionDigits: most });
const size = (bytes) =>
  bytes < 104858 ? `${digits(Math.ceil(bytes / 1024), 0)}\u00a0kB` : `${digits(bytes / 1048576, 1)}\u00a0MB`;
const keyOf = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;

const label = (element, text) => element.setAttribute("aria-label", text);

class Refused extends Error {}

function verdict(status, text) {
  let message = status === 403 ? say("signIn") : say("failed", { code: status });
  try {
    message = JSON.parse(text).message;
  } catch {
    // not our JSON: a proxy's page, or that of an ended session
  }
  return Object.assign(new Refused(message), { kept: status === 401 || status === 403 });
}

class Upload {
  constructor(file) {
    this.file = file;
    this.key = keyOf(file);
    this.offset = 0;
    this.piece = LEAST;
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
    list.append(this.row);
    uploads.add(this);
  }

  state(name, text, detail = "") {
    const over = name === "done" || name === "refused";
    this.refused = name === "refused";
    this.part("meta").hidden = this.refused;
    this.part("error").hidden = !this.refused;
    this.part(this.refused ? "reason" : "text").textContent = text;
    this.detail.textContent = detail;
    if (detail) this.part("text").after(this.detail);
    else this.detail.remove();
    this.part("again").hidden = name !== "broken";
    this.part("cancel").hidden = over;
    this.part("remove").hidden = !over;
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
  send(method, url, more = {}, body = null) {
    return new Promise((resolve, reject) => {
      const request = (this.request = new XMLHttpRequest());
      request.open(method, url);
      const token = form.elements.csrfmiddlewaretoken.value;
      const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json", ...more };
      Object.entries(headers).forEach((header) => request.setRequestHeader(...header));
      if (body) request.upload.onprogress = (event) => this.show(this.offset + event.loaded);
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
      ? new Error(status)
      : verdict(status, answer.responseText);
  }

  /* Where the server stands with this file, of this page or an earlier one; else announces it. */
  async find() {
    this.url ||= localStorage.getItem(this.key);
    const head = this.url && (await this.send("HEAD", this.url));
    if (head && head.status !== 404) {
      this.from = this.offset = Number(this.check(head).getResponseHeader("Upload-Offset"));
      return;
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const announced = { "Upload-Length": this.file.size, "Upload-Metadata": `filename ${name}` };
    this.url = this.check(await this.send("POST", form.dataset.upload, announced)).getResponseHeader("Location");
    this.from = this.offset = 0;
    localStorage.setItem(this.key, this.url);
  }

  async next() {
    const start = Date.now();
    const piece = this.file.slice(this.offset, this.offset + this.piece);
    const facts = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": this.offset };
    this.offset = Number(this.check(await this.send("PATCH", this.url, facts, piece)).getResponseHeader("Upload-Offset"));
    const seconds = (Date.now() - start) / 1000;
    if (seconds < 4) this.piece = Math.min(this.piece * 2, form.dataset.chunk);
    if (seconds > 20) this.piece = Math.max(this.piece / 2, LEAST);
  }

  /* Until all has arrived, or it is clear that it never will. */
  async run() {
    for (let tries = 0, reached = 0; !this.gone; tries++) {
      this.began = Date.now();
      try {
        await this.find();
        while (this.offset < this.file.size) await this.next();
        this.arrived = true;
        return localStorage.removeItem(this.key);
      } catch (error) {
        if (this.gone) return undefined;
        if (error instanceof Refused) {
          if (!error.kept) localStorage.removeItem(this.key);
          return this.state("refused", error.message);
        }
        if (this.offset > reached) tries = 0;
        reached = this.offset;
        await this.pause(1000 * (WAITS[tries] || 30));
      }
    }
    return undefined;
  }

  pause(milliseconds) {
    this.state("broken", say("broken", { percent: this.percent() }), say("kept"));
    return new Promise((go) => {
      this.goOn = go;
      this.part("again").onclick = go;
      setTimeout(go, milliseconds);
      addEventListener("online", go, { once: true });
    });
  }

  /* Takes the row away with all that the file has brought into the form. */
  leave() {
    uploads.delete(this);
    this.row.remove();
    refusedNote.hidden = true;
    if (shown === this) found.hidden = true;
    if (own !== this) return;
    own = null;
    form.elements.upload.value = "";
    const field = form.elements.title;
    if (field && field.value === title) field.value = "";
  }

  cancel() {
    this.gone = true;
    this.request?.abort();
    this.goOn?.();
    running.delete(this);
    localStorage.removeItem(this.key);
    if (this.url) this.send("DELETE", this.url).catch(() => {});
    this.leave();
  }
}

function show(upload, { verdict, summary, html }) {
  if (!summary) return;
  shown = upload;
  found.hidden = false;
  found.querySelector("[data-of]").textContent = upload.file.name;
  found.querySelector(".note").textContent = summary;
  found.querySelector(".note").className = `note ${{ refused: "bad", warned: "warn" }[verdict] || "good"}`;
  found.lastElementChild.innerHTML = html;
}

/* What checking says of a file that has arrived. A file that it refuses leaves nothing behind. */
async function examine(upload, several) {
  const facts = { size: size(upload.file.size) };
  upload.state("done", say("checking", facts));
  const answer = await upload.send("POST", `${upload.url}check/`).catch(() => null);
  if (upload.gone) return undefined;
  const told = answer && answer.status < 300 ? JSON.parse(answer.responseText) : { verdict: "later" };
  if (told.verdict === "refused") {
    upload.state("refused", say("rejected"));
    if (several) upload.part("found").innerHTML = told.html;
    else show(upload, told);
    return undefined;
  }
  if (own !== upload) return makeDraft(upload, facts);
  form.elements.upload.value = upload.url.split("/").at(-2);
  const field = form.elements.title;
  if (field && !field.value) field.value = title = told.title || "";
  upload.state("done", say(told.verdict === "later" ? "done" : "checked", facts));
  return show(upload, told);
}

/* Of several files chosen at once each but the form's own becomes a draft. */
async function makeDraft(upload, facts) {
  const body = new FormData(form);
  body.delete("file");
  body.set("title", "");
  body.set("upload", upload.url.split("/").at(-2));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const text = await answer.text();
  if (!answer.ok) return upload.state("refused", verdict(answer.status, text).message);
  upload.part("link").href = JSON.parse(text).url;
  upload.part("link").hidden = false;
  upload.state("done", say("draft", facts));
  return (upload.part("remove").hidden = true);
}

/* All are sent at once, and judged in the order in which they were chosen: the first good one is the form's. */
async function settle(batch) {
  const sent = batch.map((upload) => (upload.refused ? null : upload.run()));
  for (const [index, upload] of batch.entries()) {
    await sent[index];
    if (!own && batch === latest && !upload.gone) own = upload;
    try {
      if (upload.arrived && !upload.gone) await examine(upload, batch.length > 1);
    } catch {
      upload.state("refused", say("failed", { code: "–" }));
    }
    if (own === upload && upload.refused) own = null;
    running.delete(upload);
  }
  if (running.size) return;
  waitNote.hidden = true;
  const button = pressed;
  pressed = null;
  if (button) form.requestSubmit(button);
}

const drop = form.querySelector(".drop");
const plain = form.querySelector("[data-plain]");
const held = form.querySelector("[data-held]");

function letGo() {
  if (held?.isConnected) form.elements.upload.value = "";
  held?.remove();
}

/* A new choice takes the place of the form's file, and of those that were refused. */
function take(files) {
  const chosen = [...files].slice(0, many ? files.length : 1);
  if (!chosen.length) return;
  if (chosen.length === 1 && running.has(own) && own.key === keyOf(chosen[0])) {
    own.goOn?.();
    return;
  }
  letGo();
  own?.cancel();
  uploads.forEach((upload) => upload.refused && upload.leave());
  const limit = Number(form.dataset.limit);
  latest = chosen.map((file) => new Upload(file));
  for (const upload of latest) {
    const facts = { size: size(upload.file.size), limit: size(limit) };
    if (!upload.file.size) upload.state("refused", say("empty"));
    else if (upload.file.size > limit) upload.state("refused", say("large", facts));
    else running.add(upload);
  }
  own = latest.find((upload) => !upload.refused) || null;
  settle(latest);
}

label(input, plain.querySelector("label").textContent);
input.className = "";
input.multiple = many;
drop.append(input);
drop.hidden = false;
form.querySelectorAll("[data-scripted]").forEach((part) => (part.hidden = false));
plain.remove();
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
  input.focus();
});
form.onsubmit = (event) => {
  const unusable = !form.elements.upload.value && [...uploads].some((upload) => upload.refused);
  const note = running.size ? waitNote : unusable && refusedNote;
  if (!note) return;
  event.preventDefault();
  if ([...running].every((upload) => upload.arrived)) pressed = running.size ? event.submitter : null;
  note.hidden = false;
  note.focus();
};
