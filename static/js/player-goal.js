/* What a lesson asks of its learner and how far she is, in the line under it. Time and share are followed here; that it
   is done, and what a lesson that reports by itself has come to, is what the server says. */

const AGAIN_MS = 10_000;

const clock = (seconds) => {
  const [minutes, rest] = [Math.floor(seconds / 60), String(Math.floor(seconds % 60)).padStart(2, "0")];
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? `${hours}:${String(left).padStart(2, "0")}:${rest}` : `${left}:${rest}`;
};

/* ``ask`` brings the server's word to ``heard``; ``hurry`` has the frame report its time at once. */
export function goalLine(page, { ask, hurry }) {
  const line = page.querySelector("[data-goal]");
  if (!line) return { share() {}, seconds() {}, working() {}, opened() {}, saved() {}, heard() {} };
  const { goal: when, least, far, done, paused } = line.dataset;
  const bar = line.querySelector("progress");
  const words = line.querySelector("[data-goal-far]");
  const asked = Number(least); // nought where the lesson reports by itself
  let before = when === "minutes" ? Number(line.dataset.soFar) : 0;
  let soFar = Number(line.dataset.soFar);
  let last = 0;
  let met = "met" in line.dataset;
  let reported = words.textContent;
  let rests = false;
  let hurried = -AGAIN_MS;

  const enough = () => asked > 0 && soFar >= asked;

  function text() {
    if (met) return done;
    if (!asked) return reported;
    const n = when === "minutes" ? clock(Math.min(soFar, asked)) : Math.floor(soFar);
    return far.replace("{n}", String(n)) + (rests ? ` ${paused}` : "");
  }

  function render() {
    if (bar) bar.value = met ? 100 : Math.min((100 * soFar) / asked, 100);
    if (words.textContent !== text()) words.textContent = text();
    line.classList.toggle("met", met);
  }

  return {
    share(share) {
      if (!asked || when === "minutes" || !Number.isFinite(share)) return;
      soFar = Math.max(soFar, Math.round(share * 1000) / 10);
      render();
    },
    seconds(seconds) {
      if (when !== "minutes" || !Number.isFinite(seconds)) return;
      last = seconds;
      soFar = before + seconds;
      render();
      if (met || !enough() || performance.now() - hurried < AGAIN_MS) return;
      hurried = performance.now();
      hurry();
    },
    working(is) {
      rests = when === "minutes" && !is;
      render();
    },
    opened() {
      before += last; // a launch counts its time from nought
      last = 0;
      rests = false;
    },
    saved() {
      if (!met && enough()) ask();
    },
    heard(goal) {
      if (!goal) return;
      const news = goal.met && !met;
      met = goal.met;
      reported = goal.far;
      render();
      if (news) line.querySelector("[data-goal-told]").textContent = done;
    },
  };
}
