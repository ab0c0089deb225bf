/* Uploads in pieces (tus 1.0) that survive a lost line and a closed page. The form works without it.
   Texts stand in the page, as data-… of the list; {name} is filled in here. */

const form = document.querySelector("form[data-upload]");
const list = form.querySelector("[data-upload-list]");
const input = form.querySelector("[type=file]");
const many = Boolean(form.dataset.many);
const LEAST = 524288;
const WAITS = [1, 2, 5, 10, 30];
const running = new Set();
let taken = 0;

const say = (key, facts = {}) => list.dataset[key].replace(/\{(\w+)\}/g, (_all, name) => facts[name]);
const size = (bytes) => (bytes / 1048576).toLocaleString("vi", { maximumFractionDigits: 1 }) + "\u00a0MB";

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
    this.key = `upload:${file.name}:${file.size}:${file.lastModified}`;
    this.offset = 0;
    this.piece = LEAST;
    this.row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.row.querySelector(`[data-${name}]`);
    this.part("name").textContent = file.name;
    label(this.part("cancel"), say("cancel", { name: file.name }));
    this.part("cancel").onclick = () => this.cancel();
    this.detail = this.part("detail");
    list.append(this.row);
  }

  state(name, text, detail = "") {
    this.part("text").textContent = text;
    this.detail.textContent = detail;
    if (detail) this.part("text").after(this.detail);
    else this.detail.remove();
    this.part("again").hidden = name !== "broken";
    this.part("cancel").hidden = name === "done";
    const bar = this.part("progress");
    bar.hidden = name === "done" || name === "refused";
    bar.value = this.percent();
    bar.classList.toggle("bad", name === "broken");
    label(bar, `${this.file.name}: ${text}`);
  }

  percent(sent = this.offset) {
    return Math.floor((100 * sent) / this.file.size);
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

  async run() {
    running.add(this);
    let kept = false;
    for (let tries = 0, reached = 0; ; tries++) {
      this.began = Date.now();
      try {
        await this.find();
        while (this.offset < this.file.size) await this.next();
        this.state("done", say("done", { size: size(this.file.size) }));
        break;
      } catch (error) {
        if (this.gone) return;
        if (error instanceof Refused) {
          this.state("refused", error.message);
          kept = error.kept;
          break;
        }
        if (this.offset > reached) tries = 0;
        reached = this.offset;
        this.state("broken", say("broken", { percent: this.percent() }), say("kept"));
        await new Promise((go) => {
          setTimeout(go, 1000 * (WAITS[tries] || 30));
          addEventListener("online", go, { once: true });
          this.part("again").onclick = go;
        });
      }
    }
    running.delete(this);
    if (!kept) localStorage.removeItem(this.key);
    if (this.offset === this.file.size) finished(this);
  }

  cancel() {
    this.gone = true;
    this.request?.abort();
    running.delete(this);
    localStorage.removeItem(this.key);
    if (this.url) this.send("DELETE", this.url).catch(() => {});
    this.row.remove();
    input.focus();
  }
}

/* A single file goes with the form: its findings are shown, its title fills an empty field. */
async function lookAt(upload, uid) {
  const done = { size: size(upload.file.size) };
  form.elements.upload.value = uid;
  upload.state("done", say("checking", done));
  const answer = await upload.send("POST", `${upload.url}check/`);
  if (answer.status >= 300) return upload.state("done", say("done", done));
  const { verdict, title, summary, html } = JSON.parse(answer.responseText);
  const field = form.elements.title;
  if (field && !field.value && verdict !== "refused") field.value = title || "";
  upload.state("done", say(verdict === "refused" ? "rejected" : verdict === "later" ? "done" : "checked", done));
  if (verdict === "refused") form.elements.upload.value = "";
  if (!summary) return undefined;
  const found = form.querySelector("[data-upload-found]");
  found.hidden = false;
  found.querySelector(".note").textContent = summary;
  found.querySelector(".note").className = `note ${{ refused: "bad", warned: "warn" }[verdict] || "good"}`;
  return (found.lastElementChild.innerHTML = html);
}

/* Of several files each becomes a draft of its own. */
async function finished(upload) {
  const uid = upload.url.split("/").at(-2);
  if (!many || taken === 1) return lookAt(upload, uid);
  const body = new FormData(form);
  body.delete("file");
  body.set("title", "");
  body.set("upload", uid);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const text = await answer.text();
  if (!answer.ok) return upload.state("refused", verdict(answer.status, text).message);
  const { url, ingest } = JSON.parse(text);
  upload.part("link").href = url;
  upload.part("link").hidden = false;
  upload.state("done", say(ingest === "rejected" ? "rejected" : "checked", { size: size(upload.file.size) }));
}

function take(files) {
  for (const file of [...files].slice(0, many ? files.length : 1)) {
    taken++;
    if (!many) list.querySelectorAll("li").forEach((row) => row.remove());
    const upload = new Upload(file);
    const limit = Number(form.dataset.limit);
    if (!file.size) upload.state("refused", say("empty"));
    else if (file.size > limit) upload.state("refused", say("large", { size: size(file.size), limit: size(limit) }));
    else upload.run();
  }
}

const drop = form.querySelector(".drop");
const plain = form.querySelector("[data-plain]");
label(input, plain.querySelector("label").textContent);
input.className = "";
input.multiple = many;
drop.append(input);
drop.hidden = false;
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
form.onsubmit = (event) => {
  if (!running.size) return;
  event.preventDefault();
  const wait = form.querySelector("[data-upload-wait]");
  wait.hidden = false;
  wait.focus();
};
