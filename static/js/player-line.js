/* The line at the bottom of the player: what of the learner's work is safe, and where. It says saved, or kept on this
   device, only of all that the lesson has set so far; while something of it is on its way it says so. */

/* ``texts`` are the words of the page; every change may be followed by a launch, which counts anew. */
export function saveLine(page, texts) {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const line = part("save");
  const fresh = () => ({ changed: false, seq: 0, saved: 0, kept: 0, unkept: 0, failing: false, done: false });
  let now = fresh();
  let at = "";
  let stopped = "";

  function show(state, text) {
    line.classList.toggle("warn", ["offline", "unsafe", "stopped"].includes(state));
    // While it is busy a screen reader waits: the state that follows is what it says.
    line.setAttribute("aria-busy", String(state === "saving"));
    part("icon-saved").hidden = state !== "saved";
    part("icon-offline").hidden = state !== "offline";
    part("icon-stopped").hidden = state !== "stopped" && state !== "unsafe";
    const words = part("save-text");
    if (words.textContent !== text) words.textContent = text;
  }

  function render() {
    if (!line || !("tracked" in page.dataset)) return;
    const away = now.failing || !navigator.onLine;
    const here = !now.changed && Math.max(now.saved, now.kept) >= now.seq;
    if (stopped) show("stopped", stopped);
    else if (!here && away && now.unkept >= now.seq && now.seq) show("unsafe", texts.unsafe);
    else if (!here || (now.saved < now.seq && !away)) show("saving", texts.saving);
    else if (now.saved < now.seq) show("offline", texts.offline);
    else if (!navigator.onLine && !now.done) show("offline", texts.away);
    else show(at && "saved", at && texts.saved.replace("{time}", at));
  }

  const changes = {
    opened() {
      now = fresh();
      stopped = "";
    },
    changed() {
      now.changed = true;
    },
    snapshot(seq) {
      now.changed = false;
      now.seq = Math.max(now.seq, seq);
    },
    kept(seq) {
      now.kept = Math.max(now.kept, seq);
    },
    unkept(seq) {
      now.unkept = Math.max(now.unkept, seq);
    },
    saved(seq, time) {
      now.saved = Math.max(now.saved, seq);
      if (seq) stopped = "";
      now.failing = false;
      at = new Date(time).toLocaleTimeString("vi-VN", { hour12: false });
    },
    failing() {
      now.failing = true;
    },
    stopped(text) {
      stopped = text;
    },
    done() {
      now.done = true;
    },
    network() {},
  };
  const told = {};
  for (const [name, change] of Object.entries(changes)) {
    told[name] = (...facts) => {
      change(...facts);
      render();
    };
  }
  window.addEventListener("offline", told.network);
  window.addEventListener("online", told.network);
  return told;
}
