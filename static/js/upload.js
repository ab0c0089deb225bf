/* Uploads in pieces (tus 1.0) that survive a lost line and a closed page. The form works without it.
   Texts stand in the page, as data-… of the list; {name} is filled in here. */

const form = document.querySelector("form[data-upload]");
const list = form?.querySelector("[data-upload-list]");
const input = form?.querySelector("input[type=file]");
const MB = 1048576;
const LEAST_PIECE = MB / 2;
const FAST_MS = 4000;
const SLOW_MS = 20000;
const WAITS_MS = [1000, 2000, 5000, 10000, 30000];
const tasks = new Set();
let typed = false;

const say = (key, facts = {}) =>
  (list.dataset[key] || "").replace(/\{(\w+)\}/g, (_all, name) => facts[name] ?? "");
const size = (bytes) =>
  new Intl.NumberFormat("vi", { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(bytes / MB) + "\u00a0MB";
const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
const headers = () => ({ "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), Accept: "application/json" });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Refused extends Error {}

async function refusal(status, text) {
  try {
    return new Refused(JSON.parse(text).message);
  } catch {
    return new Refused(say(status === 403 ? "signIn" : "failed", { code: status }));
  }
}

/* One XMLHttpRequest: fetch cannot tell how much has been sent. */
function send(task, method, url, body, extra) {
  return new Promise((resolve, reject) => {
    const request = (task.request = new XMLHttpRequest());
    request.open(method, url);
    Object.entries({ ...headers(), ...extra }).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => body && task.show(task.offset + event.loaded);
    request.onload = () => resolve(request);
    request.onerror = request.ontimeout = () => reject(new Error("line"));
    request.onabort = () => reject(new Error("abort"));
    request.send(body);
  });
}

class Task {
  constructor(file) {
    this.file = file;
    this.key = `upload:${file.name}:${file.size}:${file.lastModified}`;
    this.offset = 0;
    this.piece = LEAST_PIECE;
    this.row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.row.querySelector(`[data-${name}]`);
    this.part("name").textContent = file.name;
    this.part("cancel").setAttribute("aria-label", say("cancel", { name: file.name }));
    this.part("cancel").onclick = () => this.cancel();
    this.part("again").onclick = () => this.run();
    list.append(this.row);
  }

  state(name, text, detail = "") {
    this.row.dataset.state = name;
    this.part("text").textContent = text;
    this.part("detail").textContent = detail;
    this.part("again").hidden = name !== "broken";
    this.part("cancel").hidden = name === "done";
    const bar = this.part("progress");
    bar.hidden = name === "done" || name === "refused";
    bar.classList.toggle("bad", name === "broken");
    bar.setAttribute("aria-label", `${this.file.name}: ${text}`);
  }

  show(sent) {
    const total = this.file.size;
    const percent = Math.floor((100 * sent) / (total || 1));
    const seconds = (Date.now() - this.began) / 1000;
    const left = ((total - sent) * seconds) / Math.max(1, sent - this.beganAt);
    const rest = seconds < 3 ? "" : left < 60 ? say("soon") : say("left", { n: Math.ceil(left / 60) });
    this.part("progress").value = percent;
    this.state("running", say("loading", { percent, done: size(sent), size: size(total) }), rest);
  }

  async run() {
    this.began = Date.now();
    for (let tries = 0; !this.gone; ) {
      const before = this.offset;
      try {
        await this.find();
        while (this.offset < this.file.size) await this.next();
        localStorage.removeItem(this.key);
        this.state("done", say("done", { size: size(this.file.size) }));
        return finished(this);
      } catch (error) {
        if (this.gone) return undefined;
        if (error instanceof Refused) {
          localStorage.removeItem(this.key);
          this.state("refused", error.message);
          tasks.delete(this);
          return undefined;
        }
        tries = this.offset > before ? 0 : tries + 1;
        const percent = Math.floor((100 * this.offset) / (this.file.size || 1));
        this.state("broken", say("broken", { percent }), say("kept"));
        await Promise.race([
          sleep(WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]),
          new Promise((done) => addEventListener("online", done, { once: true })),
        ]);
      }
    }
    return undefined;
  }

  /* Where the server stands with this file, of this page or of one that was closed; else announces it. */
  async find() {
    this.url ||= localStorage.getItem(this.key);
    if (this.url) {
      const head = await send(this, "HEAD", this.url);
      if (head.status < 300) {
        this.offset = Number(head.getResponseHeader("Upload-Offset"));
        this.beganAt = this.offset;
        return;
      }
      if (head.status !== 404) throw await this.trouble(head);
      this.url = null;
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const made = await send(this, "POST", form.dataset.upload, null, {
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": `filename ${name}`,
    });
    if (made.status !== 201) throw await this.trouble(made);
    this.url = made.getResponseHeader("Location");
    this.offset = this.beganAt = 0;
    localStorage.setItem(this.key, this.url);
  }

  async next() {
    const start = Date.now();
    const end = Math.min(this.offset + this.piece, this.file.size);
    const answer = await send(this, "PATCH", this.url, this.file.slice(this.offset, end), {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(this.offset),
    });
    if (answer.status >= 300) throw await this.trouble(answer);
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.show(this.offset);
    const took = Date.now() - start;
    if (took < FAST_MS) this.piece = Math.min(this.piece * 2, Number(form.dataset.chunk));
    if (took > SLOW_MS) this.piece = Math.max(this.piece / 2, LEAST_PIECE);
  }

  /* What may pass by itself (another offset, busy, the server away) is tried again; the rest is a verdict. */
  async trouble(answer) {
    const passing = [404, 408, 409, 423, 429].includes(answer.status) || answer.status >= 500;
    return passing && this.url ? new Error("again") : refusal(answer.status, answer.responseText);
  }

  cancel() {
    this.gone = true;
    this.request?.abort();
    tasks.delete(this);
    localStorage.removeItem(this.key);
    if (this.url) fetch(this.url, { method: "DELETE", headers: headers() }).catch(() => {});
    this.row.remove();
    input.focus();
  }

  get uid() {
    return this.url.split("/").filter(Boolean).pop();
  }
}

/* One file goes with the form; of several each becomes a draft of its own. */
async function finished(task) {
  tasks.delete(task);
  if (!form.dataset.many || list.children.length <= 2) {
    form.elements.upload.value = task.uid;
    if (!typed && !tasks.size) form.requestSubmit(form.querySelector("[data-save]"));
    return;
  }
  const body = new FormData(form);
  body.delete("file");
  body.set("title", "");
  body.set("upload", task.uid);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const text = await answer.text();
  if (!answer.ok) return task.state("refused", (await refusal(answer.status, text)).message);
  const made = JSON.parse(text);
  const link = task.part("link");
  link.href = made.url;
  link.hidden = false;
  task.state("done", say(made.ingest === "rejected" ? "rejected" : "checked", { size: size(task.file.size) }));
}

function take(files) {
  for (const file of files) {
    const task = new Task(file);
    if (file.size > Number(form.dataset.limit)) {
      task.state("refused", say("large", { size: size(file.size), limit: size(Number(form.dataset.limit)) }));
      continue;
    }
    if (!file.size) {
      task.state("refused", say("empty"));
      continue;
    }
    tasks.add(task);
    task.run();
  }
}

if (form) {
  input.multiple = Boolean(form.dataset.many);
  input.required = false;
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    take(files);
  });
  form.addEventListener("input", (event) => (typed ||= event.target !== input));
  form.addEventListener("submit", (event) => {
    if (!tasks.size) return;
    event.preventDefault();
    const wait = form.querySelector("[data-upload-wait]");
    wait.hidden = false;
    wait.focus();
  });
  const drop = form.querySelector(".drop");
  for (const name of ["dragover", "drop"]) drop.addEventListener(name, (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => take(event.dataTransfer.files));
}
