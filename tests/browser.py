"""Debian's chromium, driven by playwright, cut off from every other machine."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM_HINT = "Install it with: apt-get install chromium"
#: What no page of ours needs: two processes a window draw the suggestions of an address bar that nobody sees,
#: which is a third of what a browser costs. The last list counts: it repeats what playwright turns off.
WITHOUT = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
]
FLAGS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
TIMEOUT_MS = 10_000


def chromium_here() -> str:
    """Where Debian's chromium is. Raises SystemExit with how to install it."""
    found = shutil.which("chromium")
    if not found:
        raise SystemExit(f"chromium is missing. {CHROMIUM_HINT}")
    return found


class Browsers:
    """Starts windows; each has its own profile, as if it were another person's computer."""

    def __init__(self, chromium: str) -> None:
        self.chromium = chromium
        self._shared: Browser | None = None

    def __enter__(self) -> Browsers:
        # Playwright's loop runs in this thread; Django would refuse to touch the database beside it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        self._playwright = sync_playwright().start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shared:
            self._shared.close()
        self._playwright.stop()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)

    @contextmanager
    def context(
        self,
        *,
        width: int = 1280,
        height: int = 800,
        third_party: bool = False,
        profile: Path | None = None,
        **options: object,
    ) -> Iterator[BrowserContext]:
        """A browser of its own process, so that its storage policy is its own.

        ``third_party``: whether frames of another site may use storage (blocked by default, as in
        browsers today). ``profile``: a folder that survives, to come back to the same computer.
        """
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            folder = profile or Path(scratch)
            preferences = folder / "Default" / "Preferences"
            if not preferences.exists():
                preferences.parent.mkdir(parents=True, exist_ok=True)
                policy = {
                    "block_third_party_cookies": not third_party,
                    "cookie_controls_mode": 0 if third_party else 1,
                }
                preferences.write_text(json.dumps({"profile": policy}))
            context = self._playwright.chromium.launch_persistent_context(
                folder,
                executable_path=self.chromium,
                headless=True,
                args=FLAGS,
                viewport={"width": width, "height": height},
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
                **options,
            )
            context.set_default_timeout(TIMEOUT_MS)
            try:
                yield context
            finally:
                context.close()

    @contextmanager
    def window(self, *, width: int = 1280, height: int = 800, **options: object) -> Iterator[Page]:
        """A window of one browser that all share, which spares a second each; cookies are its own.

        Its storage policy is not that of people's browsers: what is about lessons in frames takes ``page``.
        """
        if self._shared is None:
            self._shared = self._playwright.chromium.launch(executable_path=self.chromium, args=FLAGS)
        context = self._shared.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(TIMEOUT_MS)
        try:
            yield context.new_page()
        finally:
            context.close()

    @contextmanager
    def page(self, **options: object) -> Iterator[Page]:
        with self.context(**options) as context:  # type: ignore[arg-type]
            yield context.pages[0] if context.pages else context.new_page()
