/* What a lesson asks of its learner and how far she is, in the line under it. That it is done is said only when the
   server has taken what it takes. */

export function goalLine(page) {
  const line = page.querySelector("[data-goal]");
  if (!line) return { share() {}, seconds() {}, opened() {}, saved() {} };
  const { goal: when, least, far, done } = line.dataset;
  const bar = line.querySelector("progress");
  const words = line.querySelector("[data-goal-far]");
  const asked = Number(least);
  let before = when === "minutes" ? Number(line.dataset.soFar) : 0;
  let soFar = Number(line.dataset.soFar);
  let last = 0;
  let met = "met" in line.dataset;

  function render() {
    const enough = soFar >= asked;
    bar.value = met ? 100 : Math.min((100 * soFar) / asked, 100);
    const shown = when === "minutes" ? Math.min(Math.floor(soFar / 60), Math.floor(asked / 60)) : Math.floor(soFar);
    const text = met ? done : far.replace("{n}", String(shown));
    if (words.textContent !== text) words.textContent = text;
    line.classList.toggle("met", met);
    return enough;
  }

  return {
    share(share) {
      if (when === "minutes" || !Number.isFinite(share)) return;
      soFar = Math.max(soFar, Math.round(share * 1000) / 10);
      render();
    },
    seconds(seconds) {
      if (when !== "minutes" || !Number.isFinite(seconds)) return;
      last = seconds;
      soFar = before + seconds;
      render();
    },
    opened() {
      before += last; // a launch counts its time from nought
      last = 0;
    },
    saved() {
      if (!met && soFar >= asked) met = true;
      render();
    },
  };
}
