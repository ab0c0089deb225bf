/* What lessons reported and no server has acknowledged, kept on this device by person and runtime session.
   Every page of a signed-in person sends what is left. An entry goes only when the server says saved or kept. */

const STORE = "snapshots";
const REST_MS = 24 * 3600 * 1000; // a refused entry is tried again after a day
const MOST_CHARS = 1024 * 1024;

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
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/* Runs ``work`` on the entry and writes what it returns: an object, null to delete, undefined to leave it. */
async function change(user, session, work, durability = "strict") {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite", { durability });
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

const EMPTY = { seq: 0, body: null, seconds: 0 };

/* Keeps a snapshot; power may fail the moment after. */
export function keep(user, session, seq, body) {
  if (typeof body !== "string" || body.length > MOST_CHARS) return Promise.resolve();
  return change(user, session, (entry = EMPTY) =>
    seq > entry.seq ? { ...entry, seq, body, at: Date.now(), refused: "" } : undefined,
  );
}

export function noteSeconds(user, session, seconds) {
  return change(
    user,
    session,
    (entry = EMPTY) => (seconds > entry.seconds ? { ...entry, seconds, at: Date.now() } : undefined),
    "relaxed",
  );
}

/* The server has the snapshot with this number; later ones stay. */
export function acknowledge(user, session, seq) {
  return change(user, session, (entry) => (entry && entry.seq <= seq ? { ...entry, body: null } : undefined));
}

/* A launch came to its end and nothing of it is left to send. */
export function forget(user, session, seq) {
  return change(user, session, (entry) => (entry && entry.seq <= seq ? null : undefined));
}

async function entriesOf(user) {
  const db = await database();
  const store = db.transaction(STORE).objectStore(STORE);
  return asked(store.getAll(IDBKeyRange.bound([user, ""], [user, "\uffff"])));
}

function payload(entry) {
  if (!entry.body) return { session: entry.session, seconds: entry.seconds };
  const body = JSON.parse(entry.body);
  return { ...body, session: entry.session, seconds: Math.max(body.seconds ?? 0, entry.seconds) };
}

/* Sends one entry. True when it is gone from here, false when it stays; throws when there is no network. */
async function deliver(entry, { url, token }) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(payload(entry)),
  });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) return false;
  const answer = await response.json();
  if (answer.answer === "saved" || answer.answer === "kept") {
    await change(entry.user, entry.session, (now) =>
      now && now.seq === entry.seq && now.seconds === entry.seconds ? null : undefined,
    );
    return true;
  }
  await change(entry.user, entry.session, (now) =>
    now ? { ...now, refused: answer.code ?? "unknown", refusedAt: Date.now() } : undefined,
  );
  return false;
}

/* Sends what is left of a person. Returns how many snapshots went; stops quietly without network. */
export async function drain({ user, url, token, except = "" }) {
  const work = async () => {
    let sent = 0;
    for (const entry of await entriesOf(user)) {
      const resting = entry.refused && Date.now() - (entry.refusedAt ?? 0) < REST_MS;
      if (entry.session === except || resting) continue;
      if ((await deliver(entry, { url, token })) && entry.body) sent += 1;
    }
    return sent;
  };
  try {
    return await (navigator.locks ? navigator.locks.request("hoclieu-outbox", work) : work());
  } catch {
    return 0;
  }
}

/* On every page but the player's, which drains before it launches. */
const mark = document.querySelector('meta[name="outbox"]');
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
if (mark && !document.querySelector("[data-player]")) {
  const send = async () => {
    const sent = await drain({ user: mark.dataset.user, url: mark.content, token: token() });
    if (sent) document.dispatchEvent(new CustomEvent("toast", { detail: mark.dataset.sent }));
  };
  window.addEventListener("online", send);
  send();
}
