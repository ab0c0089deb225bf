// SCORM 1.2 behind the three verbs that lesson.js knows: start, save, finish. Closes by itself.
var Tracking = (function () {
  "use strict";
  var api = null, open = false, began = Date.now(), done = false;

  function get(element) { return open ? String(api.LMSGetValue(element)) : ""; }
  function set(element, value) { if (open) api.LMSSetValue(element, String(value)); }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function sessionTime() {
    var hundredths = Math.round((Date.now() - began) / 10);
    var seconds = Math.floor(hundredths / 100);
    return ("000" + Math.floor(seconds / 3600)).slice(-4) + ":" + two(Math.floor(seconds / 60) % 60) + ":" +
      two(seconds % 60) + "." + two(hundredths % 100);
  }
  function close() {
    if (!open) return;
    set("cmi.core.session_time", sessionTime());
    set("cmi.core.exit", done ? "" : "suspend");
    api.LMSCommit("");
    api.LMSFinish("");
    open = false;
  }
  window.addEventListener("pagehide", close);
  window.addEventListener("beforeunload", close);

  return {
    start: function () {
      api = findApi("API");
      open = !!api && String(api.LMSInitialize("")) === "true";
      if (!open) return { tracked: false, location: "", suspend: "" };
      var status = get("cmi.core.lesson_status");
      done = status === "completed" || status === "passed" || status === "failed";
      if (!done) set("cmi.core.lesson_status", "incomplete");
      return { tracked: true, location: get("cmi.core.lesson_location"), suspend: get("cmi.suspend_data") };
    },
    save: function (location, suspend) {
      set("cmi.core.lesson_location", location);
      set("cmi.suspend_data", suspend);
      set("cmi.core.session_time", sessionTime());
      if (open) api.LMSCommit("");
    },
    // score: 0 to 100 or null where there are no questions; passed: boolean or null
    finish: function (score, passed, mustPass) {
      done = true;
      if (score !== null) {
        set("cmi.core.score.min", 0);
        set("cmi.core.score.max", 100);
        set("cmi.core.score.raw", score);
      }
      set("cmi.core.lesson_status", passed ? "passed" : passed === false && mustPass ? "failed" : "completed");
    }
  };
})();
