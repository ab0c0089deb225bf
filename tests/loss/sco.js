/* A lesson that does what it is told at set times, and says what it finds as it arrives and what it has done.
   Who watches the browser answers lossArrived with the script, and hears lossDid. */

"use strict";

(async () => {
  const part = document.documentElement.dataset.part;
  const old = Boolean(window.parent.API);
  const api = old ? window.parent.API : window.parent.API_1484_11;
  const call = (name, ...given) => api[old ? `LMS${name}` : name](...given);
  const get = (element) => String(call("GetValue", element));
  const began = Date.now();
  const refused = [];

  const NAMES = old
    ? {
        location: "cmi.core.lesson_location",
        completion: "cmi.core.lesson_status",
        score: "cmi.core.score.raw",
        total: "cmi.core.total_time",
        entry: "cmi.core.entry",
        exit: "cmi.core.exit",
        time: "cmi.core.session_time",
        answer: "student_response",
        objective: "status",
      }
    : {
        location: "cmi.location",
        completion: "cmi.completion_status",
        success: "cmi.success_status",
        score: "cmi.score.raw",
        total: "cmi.total_time",
        entry: "cmi.entry",
        exit: "cmi.exit",
        time: "cmi.session_time",
        answer: "learner_response",
        objective: "success_status",
      };
  const READ = ["location", "completion", "success", "score", "total", "entry"].filter((name) => NAMES[name]);

  function set(element, value) {
    if (String(call("SetValue", element, String(value))) !== "true") {
      refused.push(`${element}: ${call("GetLastError")}`);
    }
  }

  function span(seconds) {
    if (!old) return `PT${seconds.toFixed(2)}S`;
    const two = (figure) => String(Math.floor(figure)).padStart(2, "0");
    return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${two((seconds * 100) % 100)}`;
  }

  let script = null;
  let open = String(call("Initialize", "")) === "true";

  function end(word) {
    if (!open) return;
    if (script && script.time !== "none") reportTime();
    set(NAMES.exit, word === "suspend" ? "suspend" : "");
    if (word === "continue") set("adl.nav.request", "continue");
    open = false;
    call(old ? "Finish" : "Terminate", "");
  }

  function reportTime() {
    const spent = (Date.now() - began) / 1000;
    set(NAMES.time, span(script.time === "boast" ? spent * 10 : spent));
  }

  function learn({ n, big, answers, status, commit, finish }) {
    set(NAMES.location, `trang-${n}`);
    set("cmi.suspend_data", big ? window.lossLong(n) : `buoc=${n}`);
    set(NAMES.score, n % 101);
    if (status) {
      set(NAMES.completion, status);
      if (NAMES.success && status === "completed") set(NAMES.success, "passed");
    }
    if (answers) {
      const row = `cmi.interactions.${get("cmi.interactions._count")}`;
      set(`${row}.id`, `cau-${n}`);
      set(`${row}.type`, "fill-in");
      set(`${row}.${NAMES.answer}`, `tra-loi-${n}`);
      set(`${row}.result`, "correct");
    }
    if (get("cmi.objectives._count") === "0") set("cmi.objectives.0.id", "muc-1");
    set(`cmi.objectives.0.${NAMES.objective}`, n % 2 ? "passed" : "failed");
    if (script.time !== "none") reportTime();
    if (commit && String(call("Commit", "")) !== "true") refused.push("Commit");
    if (finish) end(finish);
  }

  const read = Object.fromEntries(READ.map((name) => [name, get(NAMES[name])]));
  read.suspend = get("cmi.suspend_data");
  read.answers = get("cmi.interactions._count");
  read.objectives = get("cmi.objectives._count");
  script = await window.lossArrived({ part, at: began, read, open });
  if (script.tidy) window.addEventListener("pagehide", () => end("suspend"));
  for (const step of script.steps) {
    // One after the other: timers that are due together keep no order.
    await new Promise((due) => setTimeout(due, Math.max(step.at - (Date.now() - began), 0)));
    if (!open) return;
    learn(step);
    window.lossDid({ part, n: step.n, at: Date.now(), refused: refused.splice(0) }).catch(() => {});
  }
})();
