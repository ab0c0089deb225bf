"""A person's computer: a browser with a profile folder that outlives it, and the ways in which it dies."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

from tests.browser import Browsers
from tests.loss.check import Look

#: Tells each change of the line that says what is saved.
_WATCH = """if (window === window.top) addEventListener("DOMContentLoaded", () => {
  const line = document.querySelector("[data-save-text]");
  if (!line) return;
  const tell = () => window.lossShown({ text: line.textContent, at: Date.now() }).catch(() => {});
  new MutationObserver(tell).observe(line, { childList: true, characterData: true, subtree: true });
});"""
#: How long leaving a lesson may take that cannot send its last work.
_LEAVE_MS = 6000
#: How long a window may take to close.
_CLOSE_SECONDS = 5
#: How long after it is loaded again a window closes.
_RELOAD_MS = 100
_LOOK = "[document.querySelector('[data-save-text]')?.textContent ?? '', Date.now()]"
#: What the lesson and the line say: the name of the binding, what it was given; the answer goes back.
Hears = Callable[[str, Any], Any]


class Desk:
    """``folder`` is the profile; ``third_party`` whether frames of another site may store anything."""

    def __init__(self, browsers: Browsers, folder: Path, *, third_party: bool) -> None:
        self._browsers = browsers
        self.folder = folder
        self.third_party = third_party
        self._open: ExitStack | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self.hears: Hears = lambda _name, _told: None
        self._struck = False
        self.hangs = 0
        self.troubles: list[str] = []

    @property
    def context(self) -> BrowserContext:
        """The running browser, started where it is not."""
        if self._context is None:
            self._open = ExitStack()
            wanted = self._browsers.context(profile=self.folder, third_party=self.third_party)
            self._context = self._open.enter_context(wanted)
            for name in ("lossArrived", "lossDid", "lossShown"):
                self._context.expose_binding(name, self._pass_on(name))
            self._context.add_init_script(_WATCH)
            self._context.on("request", self._note_commit)
            self._context.on("console", self._note_trouble)
            self._context.on("weberror", lambda fault: self.troubles.append(str(fault.error)[:200]))
        return self._context

    def start(self) -> None:
        """Where it does not run."""
        with suppress(Error):
            _ = self.context

    def _note_trouble(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(message.text[:200])

    def _note_commit(self, request: Request) -> None:
        if request.url.endswith("/commit/") and request.method == "POST":
            with suppress(Error):
                if body := request.post_data:
                    self.hears("sent", body)

    def _pass_on(self, name: str) -> Callable[..., Any]:
        return lambda _source, told: self.hears(name, told)

    @property
    def page(self) -> Page:
        """The window; a new one where the last has gone."""
        if self._page is None or self._page.is_closed():
            context = self.context
            # The window that a browser opens by itself is taken once; later ones are remains of a crash.
            self._page = context.pages[0] if self._page is None and context.pages else context.new_page()
        return self._page

    def sign_in(self, session: str, url: str) -> None:
        """She sits down here; who sat here before has left."""
        self.context.clear_cookies()
        self.context.add_cookies([{"name": "session", "value": session, "url": url}])

    def pause(self, milliseconds: float) -> None:
        """Lets time pass and hears what is said meanwhile."""
        page = self._page
        if page is not None and not page.is_closed():
            page.wait_for_timeout(max(milliseconds, 1))
        else:
            time.sleep(milliseconds / 1000)

    def look(self) -> Look | None:
        """What the line says now; None where nothing is to be seen."""
        with suppress(Error):
            text, at = self.page.evaluate(_LOOK)
            return Look(at, text)
        return None

    def clear(self) -> None:
        """The window stays, with nothing in it."""
        page = self._page
        if page is not None and not page.is_closed():
            with self.no_longer_than(_CLOSE_SECONDS), suppress(Error):
                page.goto("about:blank")

    def offline(self, away: bool) -> None:
        with suppress(Error):
            self.context.set_offline(away)

    def close_window(self, manner: int) -> None:
        """The window closes at once, shows something else first, is loaded again, or the lesson is left."""
        with suppress(Error):
            if manner == 1:
                self.page.goto("about:blank")
            elif manner == 2:
                self.page.evaluate("() => { setTimeout(() => location.reload()); }")
                self.pause(_RELOAD_MS)
            elif manner == 3:
                here = self.page.url
                self.page.click("[data-exit]", timeout=1000, no_wait_after=True)
                self.page.wait_for_url(lambda url: url != here, timeout=_LEAVE_MS, wait_until="commit")
        self._shut()

    def _shut(self) -> None:
        with self.no_longer_than(_CLOSE_SECONDS), suppress(Error):
            self.page.close()

    @contextmanager
    def no_longer_than(self, seconds: float) -> Iterator[None]:
        """The driver may wait for ever for a window that has gone: then the browser is killed."""
        patience = threading.Timer(seconds, self.strike)
        patience.daemon = True
        patience.start()
        try:
            yield
        finally:
            patience.cancel()
        if self._struck:
            self.hangs += 1
            self.stop()

    def crash(self) -> None:
        """SIGKILL to the processes that draw pages, the site's and the lesson's."""
        self._kill_those("--type=renderer")
        self._shut()

    def kill_storage(self) -> None:
        """SIGKILL to the process that holds what pages keep; their connections to it are gone."""
        assert self._kill_those("--utility-sub-type=storage.mojom.StorageService"), "no such process"

    def _kill_those(self, option: str) -> int:
        killed = 0
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                if any(option in part for part in process.cmdline()):
                    process.kill()
                    killed += 1
        return killed

    def kill(self) -> None:
        """SIGKILL to every process of the browser: no event runs in any page."""
        self.strike()
        self.stop()

    def strike(self) -> None:
        """The same, from whatever thread: what waits for the browser hears that it is gone."""
        self._struck = True
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)

    def _processes(self) -> list[psutil.Process]:
        mine = f"--user-data-dir={self.folder}"
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if any(mine in part for part in process.info["cmdline"] or [])
        ]

    def stop(self) -> None:
        """Closes the browser, dead or alive."""
        if self._open is not None:
            with suppress(Error):
                self._open.close()
        self._open = self._context = self._page = None
        self._struck = False
