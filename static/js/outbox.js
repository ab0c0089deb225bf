/* What lessons reported and no server has acknowledged, kept on this device by person and runtime session: the
   player keeps it (player-keep.js), and every page of a signed-in person sends what is left.
   An entry goes only when the server says saved or kept. */

const STORE = "snapshots";
const REST_MS = 24 * 3600 * 1000; // a refused entry is tried again after a day
const SEND_MS = 30_000; // a request that hangs longer has no network
const MOST_FAILURES = 5; // of the server; then the entry rests, so that it bars nothing for ever
const TRIES_MS = [0, 500, 2000];

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened = null;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("hoclieu-outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["user", "session"] });
    request.onsuccess = () => {
      request.result.onclose = () => (opened = null); // the browser's store has gone and may come back
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

/* A store that closed meanwhile is opened once more. */
async function transact(mode, options) {
  try {
    return (await database()).transaction(STORE, mode, options);
  } catch {
    opened = null;
    return (await database()).transaction(STORE, mode, options);
  }
}

/* Runs ``work`` on the entry and writes what it returns: an object, null to delete, undefined to leave it. */
export async function change(user, session, work, durability = "strict") {
  const transaction = await transact("readwrite", { durability });
  return new Promise((resolve, reject) => {
    const store = transaction.objectStore(STORE);
    const read = store.get([user, session]);
    read.onsuccess = () => {
      const fresh = work(read.result);
      if (fresh === null) store.delete([user, session]);
      else if (fresh) store.put({ ...fresh, user, session });
    };
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

async function entriesOf(user) {
  const store = (await transact("readonly")).objectStore(STORE);
  return asked(store.getAll(IDBKeyRange.bound([user, ""], [user, "\uffff"])));
}

/* ``age``: seconds since the launch gave its last sign of life, which no time that it claims may exceed. */
function payload(entry) {
  const age = Math.max(Date.now() - (entry.at ?? Date.now()), 0) / 1000;
  if (!entry.body) return { session: entry.session, seconds: entry.seconds, age };
  const body = JSON.parse(entry.body);
  return { ...body, session: entry.session, seconds: Math.max(body.seconds ?? 0, entry.seconds), age };
}

const [GONE, RESTS, LEFT] = ["gone", "rests", "left"];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/* What the server says: its answer, "faulty" where it stumbled each time, nothing where it was not reached. */
async function ask(entry, { url, token }) {
  for (const wait of TRIES_MS) {
    await pause(wait);
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(payload(entry)),
      signal: AbortSignal.timeout(SEND_MS),
    });
    if (response.headers.get("Content-Type")?.startsWith("application/json")) return response.json();
    if (response.status !== 500) return null;
  }
  return { answer: "faulty", code: "faulty" };
}

/* Sends one entry: gone from here, resting where the server does not want it, or left for another time. */
async function deliver(entry, where) {
  const answer = await ask(entry, where).catch(() => null);
  if (!answer) return LEFT;
  const { user, session, seq, seconds } = entry;
  if (answer.answer === "saved" || answer.answer === "kept") {
    await change(user, session, (now) => (now?.seq === seq && now.seconds === seconds ? null : undefined));
    return GONE;
  }
  // Another person sits here now: these results wait for theirs, they are not refused.
  if (answer.code === "commit_not_yours") return RESTS;
  const failures = (entry.failures ?? 0) + 1;
  const over = answer.answer === "refused" || failures >= MOST_FAILURES;
  const refusal = over ? { refused: answer.code, refusedAt: Date.now() } : {};
  await change(user, session, (now) => (now?.seq === seq ? { ...now, failures, ...refusal } : undefined));
  return over ? RESTS : LEFT;
}

/* Sends what is left of a person; tries again what the server stumbled over. Returns how many snapshots went
   (``sent``) and of which lessons one is still here (``left``). */
export async function drain({ user, url, token }) {
  const left = [];
  const work = async () => {
    let sent = 0;
    for (const entry of await entriesOf(user)) {
      if (entry.refused && Date.now() - (entry.refusedAt ?? 0) < REST_MS) continue;
      const outcome = await deliver(entry, { url, token });
      if (outcome === GONE && entry.body) sent += 1;
      if (outcome === LEFT && entry.body) left.push(entry.lesson ?? "");
    }
    return sent;
  };
  try {
    const sent = await (navigator.locks ? navigator.locks.request("hoclieu-outbox", work) : work());
    return { sent, left };
  } catch {
    return { sent: 0, left }; // no store in this browser: nothing was kept
  }
}

/* On every page but the player's, which drains before it launches. */
const mark = document.querySelector('meta[name="outbox"]');
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
if (mark && !document.querySelector("[data-player]")) {
  const send = async () => {
    const { sent } = await drain({ user: mark.dataset.user, url: mark.content, token: token() });
    if (sent) document.dispatchEvent(new CustomEvent("toast", { detail: mark.dataset.sent }));
  };
  window.addEventListener("online", send);
  send();
}
