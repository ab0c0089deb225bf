/* The player page of the site: drains the outbox, opens a runtime session, and only then makes the frame.
   What the frame says is believed only by where it comes from; the session is the one opened here. */

import { drain } from "./outbox.js";
import { acknowledge, forget, keep, noteSeconds } from "./player-keep.js";
import { goalLine } from "./player-goal.js";
import { saveLine } from "./player-line.js";
import { meansToEnd, showPause, showWays, WAYS } from "./player-tree.js";

const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads";
const LEAVE_MS = 2500;

const page = document.querySelector("[data-player]");
const { openUrl, outboxUrl, user, sco: firstSco } = page.dataset;
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? page.dataset.token ?? "";
const part = (name) => page.querySelector(`[data-${name}]`);
const main = part("frame-place");
const texts = page.dataset;
const sequenced = "sequenced" in page.dataset; // the server's activity tree says what comes next

let live = null; // { frame, origin, session, seq, sco }
let busy = false;

/* What the learner reads */

const line = saveLine(page, texts);
const goal = goalLine(page, { ask: stands, hurry: () => tell({ type: "check" }) });

function say(text, again) {
  const note = part("over");
  note.hidden = !text;
  part("over-text").textContent = text ?? "";
  part("again").textContent = again ?? "";
  part("again").hidden = !again;
}

function mark(contents) {
  for (const entry of contents) {
    const line = page.querySelector(`[data-sco="${CSS.escape(entry.id)}"]`);
    if (!line || !entry.state) continue;
    const link = line.querySelector("a");
    const current = entry.id === live?.sco;
    if (current) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
    for (const sign of line.querySelectorAll("[data-state]")) sign.hidden = sign.dataset.state !== entry.state;
    line.querySelector("small").textContent = entry.label;
  }
}

const parts = () => [...page.querySelectorAll("[data-launchable]")].map((line) => line.dataset.sco);

function steps() {
  if (sequenced) return;
  const all = parts();
  const here = all.indexOf(live?.sco);
  for (const [name, to] of [["prev", all[here - 1]], ["next", all[here + 1]]]) {
    const link = part(name);
    if (!link) continue;
    link.hidden = to === undefined;
    if (to !== undefined) link.href = `?sco=${encodeURIComponent(to)}`;
    link.dataset.to = to ?? "";
  }
}

/* Launching */

async function start(sco, restore = "") {
  await launch(() => open({ sco, restore }), frameFor);
}

async function launch(ask, then) {
  if (busy) return;
  busy = true;
  say("");
  part("wait").hidden = Boolean(live);
  try {
    if (!(await sent())) return say(texts.noNetwork, texts.tryAgain);
    const answer = await ask();
    if (answer) await then(answer);
  } catch {
    say(texts.noNetwork, texts.tryAgain);
  } finally {
    part("wait").hidden = true;
    busy = false;
  }
}

/* Whether nothing of this lesson waits on this device any more: what opened now would take its place. */
async function sent() {
  if (!user) return true;
  const { left } = await drain({ user, url: outboxUrl, token: token() });
  return !left.includes(openUrl);
}

const post = (fields) =>
  fetch(openUrl, {
    method: "POST",
    headers: { "X-CSRFToken": token(), Accept: "application/json" },
    body: new URLSearchParams(fields),
  });

async function open(fields) {
  const response = await post(fields);
  // Signed out meanwhile: the page itself leads to signing in and back.
  if (response.redirected) location.reload();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  if (response.ok && (answer.url || answer.controls)) return answer;
  say(answer.message ?? texts.failed, texts.tryAgain);
  return null;
}

function frameFor(answer) {
  const frame = document.createElement("iframe");
  frame.className = "player-frame";
  frame.setAttribute("sandbox", SANDBOX);
  frame.allow = "fullscreen; autoplay";
  frame.title = answer.title;
  live = { frame, origin: new URL(answer.url).origin, session: answer.session, seq: 0, sco: answer.sco, done: false };
  line.opened();
  goal.opened();
  goal.heard(answer.goal);
  page.dataset.sco = answer.sco; // where to go back to from a part that does not open
  frame.src = answer.url;
  main.append(frame);
  if (part("part-title")) part("part-title").textContent = answer.title;
  mark(answer.contents);
  steps();
  const address = new URL(location.href);
  address.searchParams.set("sco", answer.sco);
  if (parts().length > 1 && !sequenced) history.replaceState(null, "", address);
  windows.postMessage({ opened: openUrl, session: answer.session });
}

/* Another window of this browser has opened the same lesson: this one asks the server at once where it stands. */
const windows = new BroadcastChannel("hoclieu-player");
windows.addEventListener("message", ({ data }) => {
  if (!live || data?.opened !== openUrl || data.session === live.session) return;
  tell({ type: "check" });
});

/* To the frame. */
function tell(message) {
  live?.frame.contentWindow?.postMessage({ from: "hoclieu-site", ...message }, live.origin);
}

/* After what the part has saved: whether the goal is met, what became of the parts. Without an answer it is asked
   again after the next. */
let asking = false;
let owed = false;
async function stands() {
  owed = true;
  if (asking) return;
  asking = true;
  try {
    while (owed && live) {
      owed = false;
      const launch = live;
      const response = await fetch(`${texts.standingUrl}?sco=${encodeURIComponent(launch.sco)}`);
      const answer = response.ok && !response.redirected ? await response.json() : null;
      if (answer && live === launch) standing(answer);
    }
  } catch {
    owed = true;
  } finally {
    asking = false;
  }
}

function standing(answer) {
  goal.heard(answer.goal);
  mark(answer.contents);
}

/* Asks the frame to send what is left and waits a moment; with ``unload`` the lesson in it goes first. */
async function settle(unload = false) {
  if (!live) return;
  const left = new Promise((done) => {
    live.left = done;
    setTimeout(done, LEAVE_MS);
  });
  tell({ type: "leave", unload });
  await left;
}

function takeAway() {
  live?.frame.remove();
  live = null;
}

async function leave() {
  await settle(sequenced);
  takeAway();
}

async function go(sco, restore) {
  if (sequenced) return move("", "", { restore });
  await leave();
  await start(sco, restore);
}

/* A sequenced lesson: the request goes to the server, which opens what follows from it, or says why nothing does.
   What the learner asks for takes the part away first, so that all it has saved is weighed; a part that asks for
   something itself has ended, and stays to be seen where nothing follows. */
let moving = "";
let pressed = null; // what the learner pressed while what a part asked for itself was being weighed
async function move(request, target = "", { own = false, restore = "" } = {}) {
  if (moving === "own" && !own) pressed = () => move(request, target, { restore });
  if (moving || busy) return;
  moving = own ? "own" : "press";
  let brought;
  try {
    await settle(!own);
    await launch(
      () => open({ request, target, restore }),
      (answer) => moved((brought = answer), request, own),
    );
  } finally {
    moving = "";
  }
  const next = pressed;
  pressed = null;
  if (!brought?.url && !brought?.ended) next?.(); // else it was meant for a part that has gone
}

function moved(answer, request, own) {
  if (answer.url) {
    takeAway();
    showPause(page);
    frameFor(answer);
  } else if (request === "suspendAll" && answer.ended) {
    location.href = part("exit").href;
  } else if (answer.ended || request !== "controls") {
    if (own && answer.refused) say(answer.message);
    else {
      takeAway();
      showPause(page, answer);
    }
    standing(answer);
  }
  showWays(page, answer.controls);
  tell({ type: "nav", nav: answer.nav });
}

/* After what the part has saved, other ways may be open. */
async function refreshWays() {
  if (moving || busy || live.done) return;
  const launch = live;
  const response = await post({ request: "controls" });
  const answer = response.ok ? await response.json() : {};
  if (!answer.controls || moving || live !== launch) return;
  standing(answer);
  showWays(page, answer.controls);
  tell({ type: "nav", nav: answer.nav });
}

/* Messages of the frame */

const heard = {
  changed() {
    line.changed();
  },
  async snapshot({ seq, body }) {
    const launch = live;
    if (!Number.isInteger(seq) || !user) return;
    launch.seq = Math.max(launch.seq, seq);
    line.snapshot(seq);
    const kept = await keep(user, launch.session, seq, body, openUrl).catch(() => false);
    if (live === launch) line[kept ? "kept" : "unkept"](seq);
  },
  share({ share }) {
    goal.share(share);
  },
  working({ is }) {
    goal.working(is);
  },
  async seconds({ seconds }) {
    goal.seconds(seconds);
    if (user && Number.isFinite(seconds)) await noteSeconds(user, live.session, seconds);
  },
  async answer({ answer, code, seq, at, message, weighs }) {
    const launch = live;
    if (weighs || (owed && answer === "saved")) (sequenced ? refreshWays() : stands()).catch(() => {});
    else if (answer === "saved") goal.saved();
    if (answer === "saved") line.saved(seq, at);
    else if (code === "commit_late") line.stopped(message);
    else {
      line.stopped(texts.notSaved);
      say(message, code === "commit_superseded" ? texts.here : "");
    }
    if (!user || answer === "refused" || !seq) return;
    if (launch.done && seq >= launch.seq) await forget(user, launch.session, seq);
    else await acknowledge(user, launch.session, seq);
  },
  offline() {
    line.failing();
  },
  async finished({ request, target }) {
    live.done = true;
    line.done();
    if (sequenced) await move(request || "controls", target ?? "", { own: true });
  },
  left() {
    live.left?.();
  },
  navigate({ to, target }) {
    const all = parts();
    const here = all.indexOf(live.sco);
    const next = { next: all[here + 1], previous: all[here - 1], choice: target }[to];
    if (to === "exit") quit(part("exit").href);
    else if (next && all.includes(next)) go(next);
  },
};

window.addEventListener("message", (event) => {
  if (!live || event.source !== live.frame.contentWindow || event.origin !== live.origin) return;
  const { data } = event;
  if (data?.from !== "hoclieu-player" || !Object.hasOwn(heard, data.type)) return;
  Promise.resolve(heard[data.type](data)).catch(() => {});
});

/* What the learner presses */

let warned = false;
async function quit(address) {
  if (!navigator.onLine && !warned) {
    warned = true; // pressed again it goes all the same: browsers may be wrong about the network
    return say(texts.noWay);
  }
  const open = sequenced && live !== null;
  moving = "press"; // what the lesson still asks for as it goes is not followed
  await leave();
  // A window that just closes is put aside at the next opening.
  if (open && (await sent())) await post({ request: "suspendAll" }).catch(() => {});
  location.href = address;
}

window.addEventListener("online", () => {
  if (warned) say("");
  warned = false;
});

page.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (link && plain && link.matches("[data-exit]")) {
    event.preventDefault();
    quit(link.href);
  } else if (sequenced && link?.closest("[data-sco]") && plain) {
    event.preventDefault();
    if (!link.hasAttribute("href")) return;
    part("contents").hidePopover?.();
    move("choice", link.closest("[data-sco]").dataset.sco);
  } else if (link && plain && (link.dataset.to || link.closest("[data-launchable]"))) {
    event.preventDefault();
    part("contents")?.hidePopover?.();
    go(link.dataset.to || link.closest("[data-launchable]").dataset.sco);
  }
});

if (sequenced) {
  for (const [name, request] of Object.entries({ ...WAYS, anew: "" })) {
    part(name)?.addEventListener("click", () => (name === "end" ? end() : move(request)));
  }
}

/* Ending is for good: it is asked about where something is not done yet. */
async function end() {
  const launch = live;
  const answer = await meansToEnd(page, launch !== null && !launch.done);
  if (live !== launch) return;
  if (answer === "end") move("exitAll");
  else if (answer === "leave") quit(part("exit").href);
}

part("again")?.addEventListener("click", () => go(live?.sco ?? page.dataset.sco));
for (const offer of page.querySelectorAll("[data-restore]")) {
  offer.addEventListener("click", () => {
    offer.closest("[data-offer]").remove();
    go(offer.dataset.of, offer.dataset.restore);
  });
}

for (const button of page.querySelectorAll("[data-dismiss]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await fetch(button.dataset.dismiss, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
    }).catch(() => null);
    // Without an answer it goes from here all the same; the next opening offers it again.
    if (answer && answer.status >= 500) button.disabled = false;
    else button.closest("[data-offer]").remove();
  });
}

const full = part("full");
full?.addEventListener("click", async () => {
  if (!document.fullscreenEnabled) page.classList.toggle("player-css-full");
  else if (document.fullscreenElement) await document.exitFullscreen();
  else await page.requestFullscreen();
});

if (sequenced) move("");
else if (!part("viewer")) start(firstSco);
