/* The player of a video or sound. What the browser has really played counts, not where the slider stands; the server
   adds it to what was played before. The place is kept, on whichever device she goes on. */

const SAVE_MS = 5000;
const STEP_SECONDS = 5;
const FASTEST = 2;
const NEARLY = 0.95; // the server believes the browser's length where it is so near to what the file says
const ENDING = 3; // seconds before the end from which it begins anew at the next opening
const QUIET = "cmi.session_time"; // a change that is no news to the learner
const HANDLED = new Set(["VIDEO", "AUDIO", "BUTTON"]);

export function open({ config, changed, reach, post }) {
  const { kind, address, length } = config.media;
  const { share: wanted } = config.follow;
  const { texts } = config;
  const kept = config.data.cmi ?? {};
  const before = kept.ranges ?? [];
  const media = document.createElement(kind === "audio" ? "audio" : "video");
  let saved = { place: Number(kept.location) || 0, seconds: 0 };
  let place = saved.place;

  const clock = (seconds) => {
    const [all, rest] = [Math.floor(seconds / 60), String(Math.floor(seconds % 60)).padStart(2, "0")];
    const [hours, minutes] = [Math.floor(all / 60), all % 60];
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };
  const whole = () => {
    const real = Number.isFinite(media.duration) ? media.duration : 0;
    if (length) return real >= length * NEARLY && real < length ? real : length;
    return real || Number(kept.duration) || 0;
  };
  const played = () =>
    Array.from({ length: media.played.length }, (_, at) => [media.played.start(at), media.played.end(at)]);
  const tenth = (figure) => Math.round(figure * 10) / 10;

  function merged(ranges) {
    const found = [];
    for (const [start, end] of [...ranges].sort((one, other) => one[0] - other[0])) {
      const last = found.at(-1);
      if (last && start <= last[1] + 0.5) last[1] = Math.max(last[1], end);
      else found.push([start, end]);
    }
    return found;
  }

  /* The same sum as the server's (courses/runtime/ranges.py). */
  function share(ranges) {
    const all = whole();
    if (!all) return 0;
    const seconds = ranges.reduce((sum, [start, end]) => sum + Math.min(end, all) - Math.min(start, all), 0);
    return seconds >= all - Math.min(1, all * 0.02) ? 1 : seconds / all;
  }

  /* The page: the medium, a strip of what was played, and where it goes on from. */
  const note = document.createElement("p");
  note.className = "media-note";
  note.setAttribute("role", "status");
  const strip = document.createElement("div");
  strip.className = "media-strip";
  strip.setAttribute("role", "img");

  function draw() {
    const ranges = merged([...before, ...played()]);
    const all = whole();
    const reached = share(ranges);
    strip.setAttribute("aria-label", texts.share.replace("{n}", String(Math.floor(reached * 100))));
    while (strip.childElementCount > ranges.length) strip.lastChild.remove();
    ranges.forEach(([start, end], at) => {
      const bit = strip.children[at] ?? strip.appendChild(document.createElement("span"));
      bit.style.insetInlineStart = `${(100 * start) / all}%`;
      bit.style.inlineSize = `${(100 * Math.min(end - start, all - start)) / all}%`;
    });
    post({ type: "share", share: reached });
    if (wanted && reached >= wanted) reach("completion", "completed");
  }

  function build() {
    media.controls = true;
    media.preload = "metadata";
    media.playsInline = true;
    media.src = address;
    media.setAttribute("aria-label", document.title);
    media.title = texts.keys;
    const main = document.createElement("main");
    main.className = `media media-${kind}`;
    main.append(media, strip, note);
    document.body.append(main);
  }

  function goOn() {
    const all = media.duration;
    if (place <= 1 || (Number.isFinite(all) && place >= all - ENDING)) return;
    media.currentTime = place;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = texts.again;
    again.addEventListener("click", () => {
      media.currentTime = 0;
      note.replaceChildren();
      media.focus();
    });
    note.replaceChildren(`${texts.resumed.replace("{at}", clock(place))} `, again);
  }

  let at = performance.now();
  function keep(now = false) {
    place = media.currentTime;
    draw();
    if (!now && performance.now() - at < SAVE_MS) return;
    at = performance.now();
    changed(QUIET);
  }

  build();
  media.addEventListener("loadedmetadata", () => {
    goOn();
    draw();
  }, { once: true });
  media.addEventListener("durationchange", draw);
  media.addEventListener("timeupdate", () => {
    if (!media.paused && !media.seeking) keep();
  });
  for (const name of ["pause", "ended"]) media.addEventListener(name, () => keep(true));
  media.addEventListener("seeked", () => {
    if (media.readyState > 0 && Math.abs(media.currentTime - place) > 0.5) keep(true);
  });
  media.addEventListener("ratechange", () => {
    if (media.playbackRate > FASTEST) media.playbackRate = FASTEST;
  });
  media.addEventListener("error", () => note.replaceChildren(texts.failed));
  media.addEventListener("play", () => note.replaceChildren(), { once: true });

  /* The keys work wherever the focus is; on the medium itself the browser has its own. */
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || HANDLED.has(event.target.tagName)) return;
    const step = { ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS }[event.key];
    if (step) media.currentTime = Math.max(0, media.currentTime + step);
    else if (event.key === " ") media.paused ? media.play() : media.pause();
    else return;
    event.preventDefault();
  });

  const seconds = () => played().reduce((sum, [start, end]) => sum + end - start, 0);
  return {
    stale: () => Math.abs(place - saved.place) > 1 || seconds() > saved.seconds + 0.2,
    renderCommitCMI() {
      saved = { place, seconds: seconds() };
      return {
        cmi: {
          location: String(tenth(place)),
          duration: Math.round(whole() * 100) / 100,
          ranges: merged(played()).map(([start, end]) => [tenth(start), tenth(end)]),
        },
      };
    },
  };
}
