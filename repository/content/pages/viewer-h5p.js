/* Plays an H5P exercise with h5p-standalone. In the player (a window of this same origin that holds ``exercise``) it
   begins with the answers that were kept, says what the exercise reports, and gives its state when asked. */

const ID = "exercise";
const STATE_SECONDS = 1; // how often H5P's core notes its own state, in memory: nothing is sent from here
const LATE_MS = 3000; // an exercise may learn its questions from a video

const place = document.querySelector("[data-h5p]");
const { h5p: folder, lib, failed } = place.dataset;

function player() {
  try {
    return window.parent === window ? null : window.parent.exercise ?? null;
  } catch {
    return null; // the page of another origin shows the exercise to look at
  }
}
const outside = player();

/* H5P's core asks for storage that browsers deny to frames of another site. It gets some that lasts as long as the page:
   what matters of the exercise is kept by the player. */
class Memory {
  #entries = new Map();
  get length() {
    return this.#entries.size;
  }
  key(at) {
    return [...this.#entries.keys()][at] ?? null;
  }
  getItem(name) {
    return this.#entries.get(String(name)) ?? null;
  }
  setItem(name, value) {
    this.#entries.set(String(name), String(value));
  }
  removeItem(name) {
    this.#entries.delete(String(name));
  }
  clear() {
    this.#entries.clear();
  }
}

function lendStorage() {
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      void window[name].length;
    } catch {
      Object.defineProperty(window, name, { configurable: true, value: new Memory() });
    }
  }
}

/* The state of everything on the page, by sub-content and sort, each as JSON; null where nothing is kept. */
function collect() {
  for (const instance of window.H5P?.instances ?? []) {
    try {
      const state = instance.getCurrentState?.();
      if (state !== undefined) window.H5P.setUserData(instance.contentId, "state", state, { deleteOnChange: true });
    } catch {
      // One that cannot say where it stands keeps what it said last.
    }
  }
  const kept = window.H5PIntegration?.contents?.[`cid-${ID}`]?.contentUserData;
  return kept && Object.keys(kept).length ? { ...kept } : null;
}

function tell(event) {
  const result = event.data?.statement?.result ?? null;
  const within = event.getVerifiedStatementValue(["context", "contextActivities", "parent"]);
  outside.heard({ verb: event.getVerb(), result, main: !within });
}

/* Whether it sets a task: what has no score to reach reports nothing, and is done with having been opened. */
function asks(late) {
  const main = window.H5P.instances[0];
  if (typeof main?.getMaxScore !== "function") return false;
  try {
    return main.getMaxScore() > 0 || !late || document.querySelector("video, audio, iframe") !== null;
  } catch {
    return true;
  }
}

async function play() {
  lendStorage();
  const options = {
    id: ID,
    h5pJsonPath: folder,
    frameJs: `${lib}frame.bundle.js`,
    frameCss: `${lib}styles/h5p.css`,
    embedType: "div",
    preventH5PInit: false, // it is begun below, once somebody listens
    saveFreq: STATE_SECONDS,
    title: document.title,
    metadata: { title: document.title, license: "U" },
  };
  if (outside?.state) options.contentUserData = outside.state;
  await new window.H5PStandalone.H5P(place, options);
  place.querySelector("[data-wait]")?.remove();
  if (outside) window.H5P.externalDispatcher.on("xAPI", tell);
  window.H5P.init(document.body);
  if (!window.H5P.instances.length) throw new Error("nothing to play");
  if (!outside) return;
  outside.collect = collect;
  for (const name of ["input", "change", "click", "keyup", "pointerup"]) {
    document.addEventListener(name, () => outside.changed(), { capture: true, passive: true });
  }
  if (!asks(false)) outside.opened();
  else setTimeout(() => asks(true) || outside.opened(), LATE_MS);
}

play().catch((error) => {
  console.error(error); // for whoever makes exercises
  place.textContent = failed;
});
