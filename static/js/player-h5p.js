/* Listens to an H5P exercise: what it reports by xAPI becomes completion, success and score in the words of SCORM 2004,
   its state is kept as suspend data. The exercise runs in the frame, on this same origin, and finds ``exercise``. */

const DONE = new Set(["answered", "completed", "passed", "failed", "mastered"]);
const MOST_CHARS = 60_000; // of the 64,000 that the server takes

export function open({ config, frame, changed, reach }) {
  const cmi = { completion_status: "incomplete", ...config.data.cmi };
  delete cmi.session_time; // of the session before
  let last = cmi.suspend_data ?? "";

  const parsed = (text) => {
    try {
      return text ? JSON.parse(text) : null;
    } catch {
      return null;
    }
  };

  function succeed(status) {
    if (cmi.success_status !== "passed") cmi.success_status = status; // a new try takes nothing back
    reach("success", status);
  }

  function complete() {
    cmi.completion_status = "completed";
    reach("completion", "completed");
  }

  /* The best score counts: who has passed may go on practising. */
  function score({ raw, min = 0, max, scaled }) {
    const share = Number.isFinite(scaled) ? scaled : (raw - min) / (max - min);
    if (!Number.isFinite(share) || share < Number(cmi.score?.scaled ?? -2)) return;
    cmi.score = { scaled: String(Math.max(-1, Math.min(1, share))) };
    for (const [name, figure] of Object.entries({ raw, min, max })) {
      if (Number.isFinite(figure)) cmi.score[name] = String(figure);
    }
  }

  window.exercise = {
    state: parsed(last),
    collect: () => null,
    changed,
    opened() {
      complete();
      changed("cmi.completion_status");
    },
    heard({ verb, result, main }) {
      const counts = main && DONE.has(verb) && result?.completion !== false;
      if (counts) {
        complete();
        if (verb === "passed" || verb === "mastered") succeed("passed");
        else if (verb === "failed") succeed("failed");
        else if (typeof result?.success === "boolean") succeed(result.success ? "passed" : "failed");
        else if (result?.score?.max > 0 && result.score.raw >= result.score.max) succeed("passed"); // all there is
        if (result?.score) score(result.score);
        if (typeof result?.duration === "string") cmi.session_time = result.duration;
      }
      changed(counts ? "cmi.completion_status" : "");
    },
  };

  function state() {
    try {
      const kept = frame.isConnected ? window.exercise.collect() : null;
      const text = kept ? JSON.stringify(kept) : "";
      if (text && text.length <= MOST_CHARS) last = text;
    } catch {
      // The exercise has gone; what it said last stands.
    }
    return last;
  }

  return {
    stale: () => state() !== (cmi.suspend_data ?? ""),
    renderCommitCMI() {
      const suspend = state();
      if (suspend) cmi.suspend_data = suspend;
      return { cmi: { ...cmi } };
    },
  };
}
