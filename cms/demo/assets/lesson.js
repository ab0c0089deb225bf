// Turns the sections of a lesson into pages, keeps the place, marks the questions.
(function () {
  "use strict";
  var body = document.body;
  var pages = Array.prototype.slice.call(document.querySelectorAll(".page"));
  var questions = Array.prototype.slice.call(document.querySelectorAll("fieldset"));
  var key = JSON.parse(document.getElementById("key").textContent);
  var passMark = Number(body.getAttribute("data-pass"));
  var mustPass = body.getAttribute("data-must-pass") === "yes";
  var state = { page: 1, seen: [], answers: {}, score: null, done: false };
  var byId = function (id) { return document.getElementById(id); };

  function recall(kept) {
    try {
      var old = JSON.parse(kept.suspend);
      if (Array.isArray(old.seen)) state.seen = old.seen;
      state.answers = old.answers || {};
      state.done = old.done === true;
      state.score = typeof old.score === "number" ? old.score : null;
    } catch (error) { /* the first visit has nothing to recall */ }
    var page = parseInt(kept.location, 10);
    if (page >= 1 && page <= pages.length) state.page = page;
    Object.keys(state.answers).forEach(function (name) {
      var input = byId(name + "-" + state.answers[name]);
      if (input) input.checked = true;
    });
  }

  function save() {
    var kept = { seen: state.seen, answers: state.answers, score: state.score, done: state.done };
    Tracking.save(String(state.page), JSON.stringify(kept), state.done ? 1 : state.seen.length / (pages.length + 1));
  }

  function show(page, moveFocus) {
    state.page = page;
    if (state.seen.indexOf(page) < 0) state.seen.push(page);
    pages.forEach(function (section, index) { section.hidden = index !== page - 1; });
    var last = page === pages.length;
    byId("page-number").textContent = String(page);
    byId("progress").value = page;
    byId("prev").disabled = page === 1;
    byId("next").hidden = last;
    byId("finish").hidden = !last || state.done;
    window.scrollTo(0, 0);
    if (moveFocus) pages[page - 1].querySelector("h2").focus();
    save();
  }

  function marks() {
    var right = questions.filter(function (set) { return state.answers[set.id] === key[set.id].right; }).length;
    return questions.length ? Math.round((100 * right) / questions.length) : null;
  }

  function explain() {
    questions.forEach(function (set) {
      var good = state.answers[set.id] === key[set.id].right;
      var why = document.createElement("span");
      why.className = good ? "why right" : "why wrong";
      why.textContent = (good ? "Đúng. " : "Chưa đúng. ") + key[set.id].why;
      set.appendChild(why);
      Array.prototype.forEach.call(set.querySelectorAll("input"), function (input) {
        input.disabled = true;
        input.parentNode.classList.toggle("chosen", input.checked);
      });
    });
    var result = byId("result");
    result.hidden = false;
    result.textContent = state.score === null
      ? "Đã học xong phần này."
      : "Đã nộp bài: " + state.score + "/100 điểm" + (state.score >= passMark ? ", đạt yêu cầu." : ", chưa đạt " + passMark + " điểm.");
  }

  function finish() {
    if (state.done) return;
    state.score = marks();
    state.done = true;
    Tracking.finish(state.score, state.score === null ? null : state.score >= passMark, mustPass);
    explain();
    show(state.page, false);
  }

  var kept = Tracking.start();
  byId("no-api").hidden = kept.tracked;
  recall(kept);
  if (state.done) explain();
  questions.forEach(function (set) {
    set.addEventListener("change", function (event) {
      state.answers[set.id] = event.target.value;
      save();
    });
  });
  byId("prev").addEventListener("click", function () { if (state.page > 1) show(state.page - 1, true); });
  byId("next").addEventListener("click", function () { if (state.page < pages.length) show(state.page + 1, true); });
  byId("finish").addEventListener("click", finish);
  show(state.page, false);
})();
