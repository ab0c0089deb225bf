/* Says once that sound or video was begun, so that it counts as used; nothing about who or how long. */

const media = document.querySelector("video, audio");

media.addEventListener("play", () => navigator.sendBeacon(media.dataset.used), { once: true });
