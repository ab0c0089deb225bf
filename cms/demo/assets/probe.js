// Tries everything a hostile lesson would try against the site, and writes down what it reached.
(function () {
  "use strict";
  var api = findApi("API");
  var findings = { origin: String(self.origin), api: !!api };
  if (api) api.LMSInitialize("");

  function attempt(work) {
    try {
      var value = work();
      return { reached: !!value, detail: String(value).slice(0, 120) };
    } catch (error) {
      return { reached: false, detail: error.name };
    }
  }
  function siteFrom(text) {
    var given = new URLSearchParams(location.search).get("site") || decodeURIComponent(location.hash.slice(1));
    return (given || JSON.parse(text).site).replace(/\/$/, "");
  }
  function ancestors() {
    var found = [], win = window;
    while (win.parent !== win && found.length < 10) {
      win = win.parent;
      found.push(win);
    }
    return found;
  }
  function fetched(url, options) {
    return fetch(url, options).then(
      function (answer) {
        return answer.text().then(function (text) {
          return { reached: answer.type !== "opaque" && answer.status > 0, status: answer.status, type: answer.type, length: text.length };
        });
      },
      function (error) { return { reached: false, detail: error.name }; }
    );
  }
  function indexedDb() {
    return new Promise(function (resolve) {
      try {
        var request = indexedDB.open("probe");
        request.onsuccess = function () { request.result.close(); resolve({ reached: true, detail: "opened" }); };
        request.onerror = function () { resolve({ reached: false, detail: request.error.name }); };
      } catch (error) {
        resolve({ reached: false, detail: error.name });
      }
    });
  }
  function siteFrame(site) {
    return new Promise(function (resolve) {
      var frame = document.createElement("iframe");
      frame.hidden = true;
      frame.onload = function () {
        resolve(attempt(function () { return frame.contentDocument && frame.contentDocument.location.origin === site; }));
      };
      setTimeout(function () { resolve({ reached: false, detail: "timeout" }); }, 4000);
      frame.src = site + "/";
      document.body.appendChild(frame);
    });
  }
  function write() {
    document.getElementById("findings").textContent = JSON.stringify(findings, null, 1);
    document.body.setAttribute("data-done", "yes");
    if (!api) return;
    api.LMSSetValue("cmi.suspend_data", JSON.stringify(findings).slice(0, 4000));
    api.LMSSetValue("cmi.core.lesson_status", "completed");
    api.LMSCommit("");
  }

  fetch("site.json").then(function (answer) { return answer.text(); }).then(function (text) {
    var site = siteFrom(text);
    findings.site = site;
    // reached means: an ancestor of the site's own origin let its document be read
    findings.parent_dom = attempt(function () {
      return ancestors().some(function (win) {
        try { return win.location.origin === site && !!win.document; } catch (error) { return false; }
      });
    });
    findings.top_dom = attempt(function () { return window.top.document.location.href; });
    findings.top_storage = attempt(function () { return window.top.localStorage.length + 1; });
    findings.opener = attempt(function () { return window.opener || window.top.opener; });
    findings.cookies = { reached: document.cookie !== "", detail: document.cookie.slice(0, 200) };
    // own_… is storage of the content origin, not of the site: noted, not a breach by itself
    findings.own_cookie = attempt(function () {
      document.cookie = "probe=1; path=/";
      var kept = document.cookie.indexOf("probe=1") >= 0;
      document.cookie = "probe=; path=/; max-age=0";
      return kept;
    });
    findings.own_local_storage = attempt(function () { localStorage.setItem("probe", "1"); return true; });
    findings.top_navigation = attempt(function () { window.top.location.href = site + "/?probed"; return true; });
    return Promise.all([
      indexedDb(),
      fetched(site + "/account/", { credentials: "include" }),
      fetched(site + "/account/", { credentials: "include", mode: "no-cors" }),
      fetched(site + "/account/logout/", { method: "POST", credentials: "include" }),
      siteFrame(site)
    ]);
  }).then(function (answers) {
    findings.own_indexed_db = answers[0];
    findings.site_fetch = answers[1];
    findings.site_fetch_no_cors = answers[2];
    findings.site_post = answers[3];
    findings.site_frame = answers[4];
    write();
  }, function (error) {
    findings.error = String(error);
    write();
  });
  window.addEventListener("pagehide", function () { if (api) api.LMSFinish(""); });
})();
