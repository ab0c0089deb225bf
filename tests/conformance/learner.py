"""A learner at the player's screen: what she sees, what she presses, what is delivered to her."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

from playwright.sync_api import BrowserContext, Error, Frame, Page, Request

from tests.live import Live

#: How long the next SCO may take to arrive.
WAIT_SECONDS = 15.0
#: How long an attempt may take to be over on the screen.
END_SECONDS = 5.0
_STEP_MS = 40
_QUIET_STEPS = 3

#: The controls by the navigation request that they stand for; the way out is one of them where the lesson
#: may be put aside.
CONTROLS = {
    "continue": "[data-next]",
    "previous": "[data-prev]",
    "exitAll": "[data-end]",
    "suspendAll": "[data-exit]:not([data-leaves])",
    "leave": "[data-exit]",
}
_SCREEN = """(controls) => {
  const seen = (element) => Boolean(element?.checkVisibility());
  const off = (element) => element.disabled || element.getAttribute("aria-disabled") === "true";
  const state = (selector) => {
    const found = [...document.querySelectorAll(selector)].filter(seen);
    return !found.length ? "hidden" : found.every(off) ? "disabled" : "enabled";
  };
  const title = (line) => {
    const copy = line.cloneNode(true);
    for (const other of copy.querySelectorAll("small, svg, ol, ul, [hidden]")) other.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const contents = [...document.querySelectorAll("[data-contents] li")].filter(seen).map((line) => {
    const handle = line.querySelector(":scope > a[href], :scope > button");
    return { title: title(line), selectable: seen(handle) && !off(handle) };
  });
  const one = (selector) => document.querySelector(selector);
  const opening = seen(one("[data-wait]"));
  const notes = [...document.querySelectorAll("[data-over], [data-ended]")].filter(seen);
  const states = Object.entries(controls).map(([name, selector]) => [name, state(selector)]);
  return {
    controls: Object.fromEntries(states),
    contents,
    ended: !opening && (seen(one("[data-ended]")) || !one("[data-player]")),
    refused: !opening && seen(one("[data-over]")),
    said: notes.map((note) => note.textContent.trim()).join(" "),
  };
}"""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the learner sees: each control enabled, disabled or hidden; the titles that she may choose."""

    controls: Mapping[str, str]
    selectable: Mapping[str, bool]
    ended: bool = False
    refused: bool = False
    said: str = ""

    def answer(self, key: str, target: str) -> bool:
        """Whether what a question asks for is so. Raises ValueError for one that is unknown."""
        what, _dot, state = key.partition(".")
        if what in _EVENTS and state in {"enabled", "disabled"}:
            return self.controls.get(what, "hidden") == state
        if key == "toc.enabled":
            return any(self.selectable.values())
        if key == "toc.enabled.selectable":
            return self.selectable.get(target, False)
        if key == "toc.visible":
            return target in self.selectable
        if key == "ui.visible" and (event := _request(target)) == "choice":
            return bool(self.selectable)
        if key == "ui.visible" and event in _EVENTS:
            return self.controls.get(event, "hidden") != "hidden"
        raise ValueError(f"unknown question {key} {target}".strip())


#: The navigation events that a device may stand for; this player has none for some of them.
_EVENTS = {"continue", "previous", "exit", "exitAll", "suspendAll", "abandon", "abandonAll"}


def _request(event: str) -> str:
    """`Suspend All` as the request it stands for: `suspendAll`."""
    first, *rest = event.split()
    return first[:1].lower() + first[1:] + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A SCO that has loaded: its frame and the ``act`` with which it was launched."""

    frame: Frame
    activity: str


class NothingToPressError(Exception):
    """The control is not on the screen, or it is disabled."""


@dataclass
class Learner:
    """``facts`` are those of ``stage.enrol``; ``page`` is the one window of all cases."""

    live: Live
    page: Page
    arrivals: deque[Arrival] = field(default_factory=deque)
    addresses: Mapping[str, str] = field(default_factory=dict)
    wait: float = WAIT_SECONDS
    asked: set[Request] = field(default_factory=set)

    @classmethod
    def at(cls, live: Live, context: BrowserContext) -> Learner:
        page = context.pages[0] if context.pages else context.new_page()
        learner = cls(live, page)
        context.expose_binding("conformanceArrived", learner._arrived)
        page.on("request", learner._asks)
        page.on("requestfinished", learner._answered)
        page.on("requestfailed", learner._answered)
        page.on("dialog", lambda dialog: dialog.accept())
        return learner

    def _arrived(self, source: Mapping[str, object], search: str) -> None:
        frame = source["frame"]
        assert isinstance(frame, Frame)
        self.arrivals.append(Arrival(frame, "".join(parse_qs(search.lstrip("?")).get("act", []))))

    def _asks(self, request: Request) -> None:
        self.asked.add(request)

    def _answered(self, request: Request) -> None:
        self.asked.discard(request)

    def become(self, session: str, addresses: Mapping[str, str]) -> None:
        """Another learner sits down here, signed in."""
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "session", "value": session, "url": self.live.site_url}])
        self.addresses = addresses
        self.arrivals.clear()

    def launch(self, package: str) -> None:
        """Opens the lesson as from its link."""
        self.arrivals.clear()
        self.page.goto(urljoin(self.live.site_url, self.addresses[package]), wait_until="domcontentloaded")

    def delivered(self) -> Arrival | None:
        """The next SCO that arrives, None where none does in time or the lesson is over."""
        until = time.monotonic() + self.wait
        looked = time.monotonic()
        while not self.arrivals and time.monotonic() < until:
            self.page.wait_for_timeout(_STEP_MS)
            if time.monotonic() - looked > 0.5:
                looked = time.monotonic()
                if self.over() or self.screen().refused:
                    break
        return self.arrivals.popleft() if self.arrivals else None

    def rest(self) -> None:
        """Waits as a person does before she presses: until the page has nothing more to ask for a moment."""
        until, quiet = time.monotonic() + END_SECONDS, 0
        while quiet < _QUIET_STEPS and time.monotonic() < until:
            self.page.wait_for_timeout(_STEP_MS)
            quiet = 0 if self.asked else quiet + 1
        self.asked.clear()

    def over(self) -> bool:
        """Whether nothing of the lesson is open, or it has been left, as far as she sees."""
        return self.screen().ended or urlsplit(self.page.url).path not in self.addresses.values()

    def ends(self, seconds: float = END_SECONDS) -> bool:
        """Waits for the lesson to be over; False where a SCO arrives instead or nothing happens."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.arrivals:
            if self.over():
                return not self.arrivals
            self.page.wait_for_timeout(2 * _STEP_MS)
        return False

    def screen(self) -> Screen:
        try:
            seen = self.page.evaluate(_SCREEN, CONTROLS)
        except Error:  # she is on her way to another page
            return Screen({}, {})
        contents = {line["title"]: line["selectable"] for line in seen["contents"]}
        return Screen(seen["controls"], contents, seen["ended"], seen["refused"], seen["said"])

    def press(self, *controls: str) -> None:
        """The first of these that can be pressed. Raises NothingToPressError."""
        self.rest()
        screen = self.screen()
        for control in controls:
            if screen.controls.get(control) == "enabled":
                self.page.locator(CONTROLS[control]).locator("visible=true").first.click()
                self._mean_it()
                return
        raise NothingToPressError(" ".join(f"{one}: {screen.controls.get(one, '?')}" for one in controls))

    def _mean_it(self) -> None:
        """Says yes where the player asks whether she means to end."""
        yes = self.page.locator("[data-ask-end]")
        if yes.is_visible():
            yes.click()

    def choose(self, title: str) -> None:
        """A line of the contents. Raises NothingToPressError."""
        self.rest()
        screen = self.screen()
        if not screen.selectable.get(title):
            state = "disabled" if title in screen.selectable else "absent"
            raise NothingToPressError(f"{title} in the contents: {state}")
        lines = self.page.locator("[data-contents] li > a[href], [data-contents] li > button")
        for index in range(lines.count()):
            line = lines.nth(index)
            if _plain(line.locator("xpath=..").evaluate(_TITLE)) == title:
                line.click()
                return
        raise NothingToPressError(f"{title} in the contents: no handle")


_TITLE = """(line) => {
  const copy = line.cloneNode(true);
  for (const other of copy.querySelectorAll("small, svg, ol, ul, [hidden]")) other.remove();
  return copy.textContent;
}"""


def _plain(text: str) -> str:
    return " ".join(text.split())
