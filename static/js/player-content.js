/* The player on the content origin: holds the SCORM API, keeps it loaded with what was saved, and passes on
   every snapshot: to the site page first, which keeps it, then to the server. The key that may write lives
   in this module alone. */

const FROM = "hoclieu-player";
const DEBOUNCE_MS = 1000;
const BEAT_MS = 30_000;
const NOTE_MS = 2000;
const SEND_MS = 20_000; // a request that hangs longer has no network
const RETRY_MS = [2000, 5000, 10_000, 15_000];
const BEACON_BYTES = 60_000; // browsers take 65,535 in all
const FINISHED = "finished";

const holder = document.getElementById("launch");
const config = JSON.parse(holder.textContent);
holder.remove();

const hasSite = window.parent !== window;
const post = (message) => {
  if (hasSite) window.parent.postMessage({ from: FROM, ...message }, config.site);
};

/* Time in front of the learner, in seconds; where a script follows the lesson, while she is at work on it. */
let seen = 0;
let atWork = true;
let seenSince = document.visibilityState === "visible" ? performance.now() : null;
function countTime() {
  const counts = atWork && document.visibilityState === "visible";
  if (counts === (seenSince !== null)) return;
  if (!counts) seen += performance.now() - seenSince;
  seenSince = counts ? performance.now() : null;
}
function seconds() {
  const now = performance.now();
  return (seen + (seenSince === null ? 0 : now - seenSince)) / 1000;
}

let api = null;
let seq = 0;
let dirty = false;
let timer = null;
let finished = false;
let stopped = null; // the answer that ended this launch
let leaving = false;
const best = { ...config.best };

/* Sending: the newest snapshot is the only one that matters. */
let pending = null;
let inFlight = false;
let failures = 0;
let retry = null;
const waiters = [];

function settled() {
  if (pending || inFlight) return;
  while (waiters.length) waiters.pop()();
}

function withKey(body) {
  // The key comes first: the server finds it even where it reads no more than the beginning.
  return JSON.stringify({ key: config.key, ...body });
}

function beacon(body) {
  const blob = new Blob([withKey(body)], { type: "text/plain" });
  return blob.size <= BEACON_BYTES && navigator.sendBeacon(config.commit, blob);
}

async function send(body) {
  const text = withKey(body);
  const small = text.length * 3 <= BEACON_BYTES;
  const response = await fetch(config.commit, {
    method: "POST",
    body: text,
    headers: { "Content-Type": "text/plain" },
    credentials: "omit",
    signal: AbortSignal.timeout(SEND_MS),
    keepalive: small && document.visibilityState === "hidden",
  });
  if (response.status >= 500) throw new Error(`server ${response.status}`);
  return response.json();
}

async function pump() {
  if (inFlight || !pending || leaving) return;
  clearTimeout(retry);
  inFlight = true;
  const body = pending;
  try {
    const answer = await send(body);
    failures = 0;
    if (pending === body) pending = null;
    heard(answer);
  } catch {
    retry = setTimeout(pump, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
    post({ type: "offline" });
  } finally {
    inFlight = false;
  }
  if (pending && !failures) pump();
  settled();
}

function heard(answer) {
  const weighs = weighed && answer.answer === "saved" && !pending;
  if (weighs) weighed = false;
  post({ type: "answer", ...answer, weighs });
  const ended = answer.answer === "kept" || answer.code === "commit_unknown_session";
  if (ended && answer.errorCode) {
    stopped = answer;
    pending = null;
    clearTimeout(timer);
  }
}

function snapshot(final) {
  const { cmi, adl } = api.renderCommitCMI(false);
  seq += 1;
  const body = { session: config.session, sco: config.sco, seq, seconds: seconds(), final, best: { ...best }, cmi };
  if (adl) body.adl = adl;
  return body;
}

function save(final = false) {
  clearTimeout(timer);
  timer = null;
  if (!config.tracked || stopped || !api) return;
  dirty = told = false;
  const body = snapshot(final);
  post({ type: "snapshot", seq: body.seq, body: JSON.stringify(body) });
  if (leaving && beacon(body)) return;
  pending = body;
  pump();
}

/* The site page says of every change that it is not saved yet, but of the time, which is noted anyhow. */
const TIME = /^cmi\.(core\.)?session_time$/;
let told = false;
function changed(element = "") {
  if (!config.tracked) return;
  dirty = true;
  if (WEIGHED.test(element)) weighed = true;
  if (!told && !stopped && !TIME.test(element)) {
    told = true;
    post({ type: "changed" });
  }
  timer ??= setTimeout(() => save(), DEBOUNCE_MS);
}

async function beat() {
  if (!config.tracked || finished || stopped || inFlight || document.visibilityState === "hidden") return;
  if (dirty) return void save(); // brings the time too, and is kept where this window may no longer write
  if (pending) return void pump();
  try {
    heard(await send({ session: config.session, sco: config.sco, seconds: seconds() }));
  } catch {
    // The site page has noted the time; the next beat or the outbox brings it.
  }
}

/* What scorm-again calls where it would send a request. */
const transport = {
  processHttpRequest(url, commit, isFinal) {
    if (stopped) return { result: "false", errorCode: stopped.errorCode };
    if (config.tracked && (isFinal || dirty || seq === 0)) save(isFinal);
    if (isFinal) finish();
    return { result: "true", errorCode: 0 };
  },
  updateSettings() {},
};

function finish() {
  finished = true;
  post({ type: FINISHED, seconds: seconds(), ...(config.nav ? asked() : {}) });
}

/* What the SCO asks for with adl.nav.request as it ends: a sequenced lesson weighs it, another just goes there. */
const ASKED = /^_?(?:\{target=(.+)\})?(continue|previous|choice|jump|exit|exitAll|abandon|abandonAll|suspendAll)$/;
function asked() {
  const [, target = "", request = ""] = ASKED.exec(api.request?.() ?? "") ?? [];
  return { request, target };
}

/* What rules and the activity tree weigh; after it is saved the goal may be met, other ways may be open. */
const WEIGHED = /^cmi\.(core\.(lesson_status|score)|completion_status|success_status|progress_measure|score\.|objectives\.)/;
let weighed = false;

const RANKS = {
  completion: ["unknown", "not_attempted", "incomplete", "completed"],
  success: ["unknown", "failed", "passed"],
};
function reach(what, value) {
  if (RANKS[what].indexOf(value) > RANKS[what].indexOf(best[what])) best[what] = value;
}

const SETTINGS = {
  lmsCommitUrl: config.commit,
  dataCommitFormat: "json",
  autocommit: false,
  mastery_override: false, // judged below
  logLevel: "NONE",
  httpService: transport,
};

function watchMoves(events) {
  for (const [event, to] of Object.entries(events)) {
    api.on(event, (_element, target) => post({ type: "navigate", to, target: String(target ?? "") }));
  }
}

function open12() {
  api = new window.Scorm12API(SETTINGS, transport);
  api.loadFromJSON(config.data);
  api.on("LMSInitialize", changed);
  api.on("LMSSetValue", changed);
  api.on("LMSSetValue.cmi.core.lesson_status", (_element, status) => {
    if (status === "passed" || status === "completed") reach("completion", "completed");
    reach("success", status);
  });
  watchMoves({ SequenceNext: "next", SequencePrevious: "previous" });
  answerUnknown12();
  judge12();
  window.API = api;
}

/* As it ends, a SCO's status is what 1.2 makes of it (RTE 3.4.4): completed where it never said anything, passed or
   failed by the mastery score where it says that it is done. scorm-again would fail a test that is put aside. */
function judge12() {
  const finish = api.LMSFinish.bind(api);
  const tell = (status) => api.LMSSetValue("cmi.core.lesson_status", status);
  api.LMSFinish = (...said) => {
    const status = said[0] ? "" : api.LMSGetValue("cmi.core.lesson_status");
    if (status && config.data.cmi.core.credit === "credit") {
      const mastery = config.data.cmi.student_data?.mastery_score;
      const raw = api.LMSGetValue("cmi.core.score.raw");
      if (status === "not attempted") tell("completed");
      if (mastery && raw && !["incomplete", "browsed"].includes(status)) {
        tell(Number(raw) >= Number(mastery) ? "passed" : "failed");
      }
    }
    return finish(...said);
  };
}

/* scorm-again says 401, not implemented, of every element that 1.2 does not have; of one in a group that exists the
   standard says 201, invalid argument. */
const GROUP12 = /^cmi\.(core|objectives|student_data|student_preference|interactions)\./;
function answerUnknown12() {
  const original = api.LMSGetValue.bind(api);
  api.LMSGetValue = (element) => {
    const answer = original(element);
    if (api.LMSGetLastError() === "401" && GROUP12.test(element)) api.lastErrorCode = "201";
    return answer;
  };
}

const MOVES = { continue: "next", previous: "previous", choice: "choice", jump: "choice" };

/* Whether a request would be granted is the activity tree's to say, which the server holds. */
function valid(kind, target) {
  const ways = config.nav?.[kind];
  return target === undefined ? ways : ways && ways[target] === true;
}

async function open2004() {
  const { open2004: openModel } = await import(config.model);
  const model = openModel({
    data: config.data,
    access: config.access ?? {},
    valid,
    changed(element, value) {
      changed(element);
      if (element === "cmi.completion_status") reach("completion", value.replace(" ", "_"));
      if (element === "cmi.success_status") reach("success", value);
    },
    commit(final) {
      const { errorCode } = transport.processHttpRequest("", null, final);
      const { request, target } = asked();
      if (final && !errorCode && !config.nav && request) post({ type: "navigate", to: MOVES[request] ?? "exit", target });
      return errorCode;
    },
  });
  api = { renderCommitCMI: model.snapshot, request: model.request };
  window.API_1484_11 = model.api;
}

const frame = document.createElement("iframe");
function showLesson() {
  frame.src = config.src;
  frame.title = document.title;
  frame.allow = "fullscreen; autoplay";
  document.body.append(frame);
}

/* A lesson without a SCORM API: a script of ours says what it has shown, in the words of SCORM 2004. It gives
   renderCommitCMI as the APIs do, and ``stale``: whether there is more than was last saved. */
async function openFollowed() {
  const { open } = await import(config.adapter);
  api = open({
    config,
    frame,
    changed,
    seconds,
    reach,
    beat,
    post,
    working(is) {
      if (is !== atWork) post({ type: "working", is });
      atWork = is;
      countTime();
    },
  });
}

function freshen() {
  if (api?.stale?.()) dirty = true;
}

document.addEventListener("visibilitychange", () => {
  countTime();
  if (document.visibilityState === "hidden") {
    freshen();
    if (dirty) save();
  } else {
    if (pending) pump();
    else beat(); // a newer window may have taken over while nobody looked here
  }
});

/* A lesson often saves and finishes in its own unload, which comes after this event: then too by beacon. */
window.addEventListener("pagehide", () => {
  if (!config.tracked || stopped) return;
  leaving = true;
  freshen();
  if (dirty) save();
  else if (pending) beacon({ ...pending, seconds: seconds() });
  else if (!finished) beacon({ session: config.session, sco: config.sco, seconds: seconds() });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});
window.addEventListener("online", () => pump());

window.addEventListener("message", async (event) => {
  if (event.source !== window.parent || event.origin !== config.site || event.data?.from !== "hoclieu-site") return;
  if (event.data.type === "check") beat();
  else if (event.data.type === "nav") config.nav = event.data.nav;
  else if (event.data.type === "leave") {
    if (event.data.unload) frame.remove(); // what it saves in its own unload is still heard here
    freshen();
    if (dirty) save();
    if (pending || inFlight) await new Promise((done) => waiters.push(done));
    post({ type: "left" });
  }
});

/* A cmi5 unit reports to the store by itself: after it has, the server is asked whether all is well, which brings
   the time and tells the learner that her work is saved. Where it goes when it has ended, it says so. */
const STORED = /\/xapi\/{1,2}(statements|activities\/state)/;
let asking = null;
function watchStore() {
  const { PerformanceObserver: Observer } = frame.contentWindow ?? {};
  if (!Observer) return;
  new Observer((list) => {
    if (!list.getEntries().some(({ name }) => STORED.test(name))) return;
    asking ??= setTimeout(() => {
      asking = null;
      weighed = true;
      beat();
    }, DEBOUNCE_MS);
  }).observe({ type: "resource", buffered: true });
}
if (config.standard === "cmi5") frame.addEventListener("load", watchStore);

window.addEventListener("message", ({ source, origin, data }) => {
  const ours = source === frame.contentWindow && origin === window.location.origin;
  if (ours && data?.from === "hoclieu-left") post({ type: "navigate", to: "exit", target: "" });
});

if (config.standard === "scorm12") open12();
else if (config.standard === "scorm2004") await open2004();
else if (config.adapter) await openFollowed();
if (config.tracked) {
  setInterval(beat, BEAT_MS);
  setTimeout(() => seq || beat(), NOTE_MS); // what reports nothing soon is said to be saved too
  setInterval(() => {
    if (!finished && !stopped && document.visibilityState === "visible") post({ type: "seconds", seconds: seconds() });
  }, NOTE_MS);
}
if (config.src) showLesson();
post({ type: "ready" });
