"""First contentful paint on a slow phone and a slow line, from an empty browser cache.

Run as `python -m benchmarks.screens [--rounds 5] [--world tenth]`: Chromium at 390 px, its processor slowed
down four times, 1.6 Mbit/s and 150 ms. The goal is 1.0 s for the front and the course page, a learner's
page within 100 kB, a shift of the layout below 0.05.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from benchmarks.measure import machine, yardstick
from tests.browser import Browsers, chromium_here
from tests.live import Live, start_live
from tests.screens import SCREENS, SHIFT, WEIGHT, Screen, address, facts_of, sign_in

NAMES = ("front", "search", "front-trainee", "learning", "course", "class-trainee", "coverage")
SLOWER = 4
BYTES_A_SECOND = 1_600_000 / 8
LATENCY_MS = 150

PAINT = """() => new Promise((done) => {
    new PerformanceObserver((list) => {
        const first = list.getEntries().find((entry) => entry.name === "first-contentful-paint");
        if (first) done(first.startTime);
    }).observe({ type: "paint", buffered: true });
})"""


@dataclass(frozen=True)
class Opening:
    """One opening of a page: milliseconds to the first content, bytes over the wire, shift of the layout."""

    paint_ms: float
    bytes: float
    shift: float


def throttle(page: Page) -> CDPSession:
    """The slow phone on the slow line; its session empties the cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def open_once(page: Page, session: CDPSession, url: str) -> Opening:
    page.goto("about:blank")
    session.send("Network.clearBrowserCache")
    page.goto(url)
    paint = page.evaluate(PAINT)
    page.wait_for_load_state("networkidle")
    return Opening(paint, page.evaluate(WEIGHT), page.evaluate(SHIFT))


def measure(live: Live, browsers: Browsers, screen: Screen, path: str, rounds: int) -> list[Opening]:
    with browsers.page(width=390, height=844) as page:
        if screen.role:
            sign_in(page, live, screen.role)
        session = throttle(page)
        open_once(page, session, live.site_url + path)
        return [open_once(page, session, live.site_url + path) for _ in range(rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--world", default="tenth", choices=["small", "tenth", "big"])
    options = parser.parse_args()
    print(f"{machine()}; yardstick {yardstick():.0f} ms")
    with (
        tempfile.TemporaryDirectory() as folder,
        start_live(Path(folder), demo=True, scale=options.world) as live,
        Browsers(chromium_here()) as browsers,
    ):
        facts = facts_of(live)
        for screen in (screen for name in NAMES for screen in SCREENS if screen.name == name):
            path = address(screen, facts)
            if not path:
                continue
            openings = measure(live, browsers, screen, path, options.rounds)
            paint = statistics.median(one.paint_ms for one in openings)
            worst = max(one.paint_ms for one in openings)
            print(
                f"  {screen.name:16} first content {paint:5.0f} ms (worst {worst:5.0f}), "
                f"{openings[0].bytes / 1000:5.1f} kB, shift {max(one.shift for one in openings):.3f}",
                flush=True,
            )
    print(f"{machine()}; yardstick {yardstick():.0f} ms")


if __name__ == "__main__":
    main()
