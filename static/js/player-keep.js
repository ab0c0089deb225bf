/* What the player writes into the outbox of this device: snapshots until a server has them, and the time. */

import { change } from "./outbox.js";

const MOST_CHARS = 1024 * 1024;
const EMPTY = { seq: 0, body: null, seconds: 0 };

/* Keeps a snapshot; power may fail the moment after. ``lesson`` is the address that opens its lesson again.
   False for what no server would take. */
export async function keep(user, session, seq, body, lesson = "") {
  if (typeof body !== "string" || body.length > MOST_CHARS) return false;
  await change(user, session, (entry = EMPTY) =>
    seq > entry.seq ? { ...entry, seq, body, lesson, at: Date.now(), refused: "", failures: 0 } : undefined,
  );
  return true;
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
