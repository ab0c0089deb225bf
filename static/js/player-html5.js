/* Follows a lesson of plain pages, which reports nothing itself: whether the learner is at work on it, and how far she
   has scrolled the page that it opens with. The lesson lies on this same origin, so its pages can be watched. */

const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove", "scroll", "input"];
const LOOK_MS = 1000;
const END_PX = 48; // what may be left below
const SETTLE_LOOKS = 3; // a page that fits must have stood for so long: pictures may still arrive
const LARGE = 0.4; // of the window: what is smaller is not the page

export function open({ config, frame, changed, seconds, reach, beat, post, working }) {
  const { asks, share: wanted, left, idle } = config.follow;
  const kept = config.data.cmi ?? {};
  let signed = performance.now();
  let furthest = Number(kept.progress_measure) || 0;
  let place = Number(kept.location) || 0;
  let sent = { furthest, place };
  let entry = null; // the page that the lesson opens with
  let stands = 0;
  let told = false;

  const sign = () => {
    signed = performance.now();
    working(true);
  };

  const watched = new WeakSet();
  function watch(view) {
    try {
      if (watched.has(view.document)) return;
      watched.add(view.document);
      for (const name of SIGNS) view.addEventListener(name, sign, { capture: true, passive: true });
      if (asks === "scrolled") view.addEventListener("scroll", look, { capture: true, passive: true });
    } catch {
      // A page of another site shows nothing of what is done in it.
    }
  }

  function views() {
    const found = [];
    const gather = (view, depth) => {
      try {
        if (!view?.document) return;
        found.push(view);
        if (depth < 3) for (const inner of view.document.querySelectorAll("iframe, frame")) gather(inner.contentWindow, depth + 1);
      } catch {
        // another site's
      }
    };
    gather(frame.contentWindow, 0);
    return found;
  }

  const plays = () =>
    views().some((view) => [...view.document.querySelectorAll("video, audio")].some((one) => !one.paused && !one.ended));

  /* What scrolls: the page, else the largest part of it that does, else the same of a frame that fills it. */
  function scroller(view) {
    const { document: page, innerWidth: width, innerHeight: height } = view;
    const root = page.scrollingElement ?? page.documentElement;
    if (root.scrollHeight > root.clientHeight + 1 && root.clientHeight) return root;
    let best = null;
    let most = LARGE * width * height;
    for (const one of page.body?.querySelectorAll("*") ?? []) {
      const area = one.clientWidth * one.clientHeight;
      if (area < most) continue;
      if (one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(view.getComputedStyle(one).overflowY)) {
        best = one;
        most = area;
      }
    }
    if (best) return best;
    for (const inner of page.querySelectorAll("iframe, frame")) {
      if (inner.clientWidth * inner.clientHeight < LARGE * width * height) continue;
      try {
        if (inner.contentDocument) return scroller(inner.contentWindow);
      } catch {
        return null;
      }
    }
    return root;
  }

  const opened = (view) => {
    const page = view.document;
    return page.readyState === "complete" && page.body && page.location.href !== "about:blank";
  };

  function look() {
    const view = frame.contentWindow;
    if (document.visibilityState !== "visible" || !view?.document || !opened(view)) return;
    if (view.location.pathname !== entry) return;
    const part = scroller(view);
    if (!part || !part.clientHeight) return;
    stands += 1;
    const rest = part.scrollHeight - part.scrollTop - part.clientHeight;
    const scrolls = part.scrollHeight > part.clientHeight + END_PX;
    if (!scrolls && stands < SETTLE_LOOKS) return;
    const share = rest <= END_PX ? 1 : (part.scrollTop + part.clientHeight) / part.scrollHeight;
    furthest = Math.max(furthest, Math.min(share, 1));
    place = part.scrollTop;
    tell();
  }

  function tell() {
    post({ type: "share", share: furthest });
    if (furthest >= wanted) reach("completion", "completed");
    if (furthest > sent.furthest + 0.005 || (furthest >= 1 && sent.furthest < 1)) changed();
  }

  /* Back to where she was, once the page is there and long enough. */
  function goBack() {
    if (place <= 0) return;
    const part = scroller(frame.contentWindow);
    if (part && part.scrollTop === 0) part.scrollTop = place;
  }

  frame.addEventListener("load", () => {
    const view = frame.contentWindow;
    watch(view);
    try {
      if (entry === null && opened(view)) {
        entry = view.location.pathname;
        if (asks === "scrolled") goBack();
      }
    } catch {
      // It has gone to another site.
    }
    stands = 0;
    sign();
  });
  for (const name of SIGNS) window.addEventListener(name, sign, { capture: true, passive: true });

  setInterval(() => {
    for (const view of views()) watch(view);
    if (performance.now() - signed > idle * 1000 && !plays()) working(false);
    if (asks === "scrolled") look();
    if (asks === "minutes" && left !== null && !told && seconds() >= left) {
      told = true;
      post({ type: "seconds", seconds: seconds() });
      beat();
    }
  }, LOOK_MS);

  if (asks === "scrolled") post({ type: "share", share: furthest });
  return {
    stale: () => asks === "scrolled" && (furthest > sent.furthest || Math.abs(place - sent.place) > END_PX),
    renderCommitCMI() {
      sent = { furthest, place };
      return {
        cmi: {
          completion_status: furthest >= wanted ? "completed" : "incomplete",
          progress_measure: String(Math.round(furthest * 10000) / 10000),
          location: String(Math.round(place)),
        },
      };
    },
  };
}
