/* The roll of a session: each mark is sent as it is tapped. What cannot be sent stays on this device,
   by person and address, and goes when there is a network again or a page of the class is opened.
   Without this script the form saves everything at once. */

const PREFIX = "hoclieu-roll:";
const REST_MS = 600; // a few taps in a row go together
const RETRY_MS = 15000;
const KEPT_MS = 7 * 24 * 3600 * 1000;

const user = document.querySelector('meta[name="outbox"]')?.dataset.user ?? "";
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const form = document.querySelector("form[data-roll]");
const here = location.pathname;

function read(path) {
  try {
    return JSON.parse(localStorage.getItem(`${PREFIX}${user}:${path}`)) ?? {};
  } catch {
    return {};
  }
}

function write(path, marks) {
  const key = `${PREFIX}${user}:${path}`;
  try {
    if (Object.keys(marks).length) localStorage.setItem(key, JSON.stringify(marks));
    else localStorage.removeItem(key);
  } catch {
    /* no room or no right to keep anything: what is on the page is sent all the same */
  }
}

/* Sends what is kept for one roll: "saved", "refused" or "signed-out"; throws without a network. */
async function send(path, marks) {
  const body = new FormData();
  let oldest = Date.now();
  for (const [person, mark] of Object.entries(marks)) {
    body.append(`m-${person}`, mark.m);
    if (mark.x) body.append(`x-${person}`, "1");
    body.append(`r-${person}`, mark.r ?? "");
    oldest = Math.min(oldest, mark.t);
  }
  body.append("age", String(Math.round((Date.now() - oldest) / 1000)));
  const response = await fetch(path, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body,
  });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return { state: "signed-out" };
  const answer = await response.json();
  if (response.ok) {
    const now = read(path);
    for (const [person, mark] of Object.entries(marks)) if (now[person]?.t === mark.t) delete now[person];
    write(path, now);
  }
  return { ...answer, state: response.ok ? "saved" : "refused" };
}

const status = form?.querySelector("[data-status]");
function say(text, warn = false) {
  if (!status) return;
  status.textContent = text;
  status.classList.toggle("warn", warn);
}

function count(tally) {
  for (const place of document.querySelectorAll("[data-n]")) place.textContent = tally[place.dataset.n];
  rest();
}

/* What is left for "everybody present" once some, or all, are marked. */
function rest() {
  const left = Number(document.querySelector('[data-n="unmarked"]').textContent);
  for (const button of form.querySelectorAll("[value^=rest_]")) button.hidden = !left;
  const word = form.querySelector("[data-others]");
  if (word) word.textContent = word.dataset.others;
}

let mine = form ? read(here) : {};
let timer = 0;
let busy = false;

async function flush() {
  clearTimeout(timer);
  if (busy || !Object.keys(mine).length) return;
  busy = true;
  const sent = { ...mine };
  say(form.dataset.saving);
  try {
    const answer = await send(here, sent);
    if (answer.state === "saved") {
      for (const person of Object.keys(sent)) if (mine[person]?.t === sent[person].t) delete mine[person];
      if (!Object.keys(mine).length) count(answer.tally);
      say([`${form.dataset.saved} ${answer.at}.`, answer.said].filter(Boolean).join(" "));
    } else say(answer.message ?? form.dataset.signedOut, true);
  } catch {
    say(form.dataset.offline, true);
    timer = setTimeout(flush, RETRY_MS);
  }
  busy = false;
  if (Object.keys(mine).length && !status.classList.contains("warn")) timer = setTimeout(flush, REST_MS);
}

const inputs = (person) => ({
  tapped: [...form.querySelectorAll(`[name="m-${person}"]`)],
  excused: form.querySelector(`[name="x-${person}"]`),
  reason: form.querySelector(`[name="r-${person}"]`),
});

/* Counts in the head follow at once, before the server has answered. */
function tally(was, is) {
  if (was === is) return;
  for (const [name, step] of [[was || "unmarked", -1], [is, 1]])
    for (const place of document.querySelectorAll(`[data-n="${name}"]`))
      place.textContent = Math.max(Number(place.textContent) + step, 0);
  rest();
}

function note(person) {
  const { tapped, excused, reason } = inputs(person);
  const m = tapped.find((input) => input.checked)?.value;
  if (!m) return;
  const row = tapped[0].closest("li");
  tally(row.dataset.was, m);
  row.dataset.was = m;
  mine[person] = { m, x: m === "absent" && excused.checked, r: reason.value, t: Date.now() };
  write(here, mine);
  clearTimeout(timer);
  timer = setTimeout(flush, REST_MS);
}

/* Marks kept from an earlier visit show as they were tapped. */
function show(person, mark) {
  const { tapped, excused, reason } = inputs(person);
  const input = tapped.find((one) => one.value === mark.m);
  if (!input) return;
  tally(input.closest("li").dataset.was, mark.m);
  input.checked = true;
  excused.checked = Boolean(mark.x);
  reason.value = mark.r ?? "";
  input.closest("li").dataset.was = mark.m;
}

function start() {
  for (const input of form.querySelectorAll('[type="radio"]:checked')) input.closest("li").dataset.was = input.value;
  for (const [person, mark] of Object.entries(mine)) {
    if (Date.now() - mark.t > KEPT_MS) delete mine[person];
    else show(person, mark);
  }
  write(here, mine);
  form.addEventListener("change", (event) => {
    const person = event.target.name?.slice(2);
    if (/^[mxr]-/.test(event.target.name)) note(person);
  });
  form.addEventListener("submit", (event) => {
    const act = event.submitter?.value;
    if (act === "save" || (form.dataset.whole && /^rest_/.test(act))) {
      event.preventDefault();
      const fill = act.replace("rest_", "");
      for (const input of form.querySelectorAll(`li:not([data-was]) [value="${fill}"]`)) {
        input.checked = true;
        note(input.name.slice(2));
      }
      if (!Object.keys(mine).length) form.querySelector("[data-status]:empty")?.append(form.dataset.saved);
      flush();
    }
  });
  if (Object.keys(mine).length) {
    say(form.dataset.kept);
    flush();
  }
}

/* Rolls of other sessions that are still kept here. */
async function others() {
  for (const key of Object.keys(localStorage)) {
    const path = key.slice(`${PREFIX}${user}:`.length);
    if (!key.startsWith(`${PREFIX}${user}:`) || (form && path === here)) continue;
    const marks = read(path);
    const fresh = Object.fromEntries(Object.entries(marks).filter(([, mark]) => Date.now() - mark.t < KEPT_MS));
    write(path, fresh);
    if (Object.keys(fresh).length) await send(path, fresh);
  }
}

const again = () => {
  if (form) flush();
  others().catch(() => {});
};
if (user) {
  if (form && status) start();
  window.addEventListener("online", again);
  others().catch(() => {});
}
