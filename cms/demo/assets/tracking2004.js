// SCORM 2004 behind the three verbs that lesson.js knows: start, save, finish. Closes by itself.
var Tracking = (function () {
  "use strict";
  var api = null, open = false, began = Date.now(), done = false;

  function get(element) { return open ? String(api.GetValue(element)) : ""; }
  function set(element, value) { if (open) api.SetValue(element, String(value)); }
  function sessionTime() {
    var seconds = Math.round((Date.now() - began) / 10) / 100;
    return "PT" + Math.floor(seconds / 3600) + "H" + (Math.floor(seconds / 60) % 60) + "M" +
      (Math.round((seconds % 60) * 100) / 100) + "S";
  }
  function close() {
    if (!open) return;
    set("cmi.session_time", sessionTime());
    set("cmi.exit", done ? "normal" : "suspend");
    api.Commit("");
    api.Terminate("");
    open = false;
  }
  window.addEventListener("pagehide", close);
  window.addEventListener("beforeunload", close);

  return {
    start: function () {
      api = findApi("API_1484_11");
      open = !!api && String(api.Initialize("")) === "true";
      if (!open) return { tracked: false, location: "", suspend: "" };
      done = get("cmi.completion_status") === "completed";
      if (!done) set("cmi.completion_status", "incomplete");
      return { tracked: true, location: get("cmi.location"), suspend: get("cmi.suspend_data") };
    },
    save: function (location, suspend, progress) {
      set("cmi.location", location);
      set("cmi.suspend_data", suspend);
      set("cmi.progress_measure", Math.round(progress * 10000) / 10000);
      set("cmi.session_time", sessionTime());
      // Should the window die without a word, the next launch still resumes.
      set("cmi.exit", done ? "normal" : "suspend");
      if (open) api.Commit("");
    },
    finish: function (score, passed) {
      done = true;
      if (score !== null) {
        set("cmi.score.min", 0);
        set("cmi.score.max", 100);
        set("cmi.score.raw", score);
        set("cmi.score.scaled", score / 100);
        set("cmi.success_status", passed ? "passed" : "failed");
      }
      set("cmi.completion_status", "completed");
    }
  };
})();
