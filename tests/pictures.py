"""Draws every screen of ``tests.screens`` over the whole demo province: ``python -m tests.pictures``.

Pictures and an index page with what the browser measured go to ``var/pictures``; words on the
command line choose screens whose names contain one of them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import django
from playwright.sync_api import Error, Page

from tests.browser import Browsers, chromium_here
from tests.flows.screens import PICTURES, grave_findings, small_targets, sticks_out
from tests.live import Live, start_live
from tests.screens import SCREENS, SHIFT, WEIGHT, Screen, address, facts_of, sign_in


@dataclass(frozen=True)
class Drawn:
    """A picture and what was measured while it was taken."""

    screen: Screen
    width: int
    file: Path | None
    shift: float
    kilobytes: float
    troubles: tuple[str, ...]


def draw(page: Page, live: Live, facts: dict[str, str], screen: Screen, width: int) -> Drawn:
    """Opens a screen at a width, saves its picture, measures."""
    path = address(screen, facts)
    if not path:
        return Drawn(screen, width, None, 0, 0, ("the province has no such thing",))
    answer = page.goto(live.site_url + path)
    page.wait_for_load_state("networkidle")
    shift, weight = page.evaluate(SHIFT), page.evaluate(WEIGHT)
    troubles = [] if answer and answer.status == screen.status else [f"status {answer and answer.status}"]
    if screen.act:
        screen.act(page)
        page.wait_for_timeout(400)
    else:
        # As high as the page: what is laid out only when scrolled to is in the picture too.
        # Twice, since its height is a guess until it has been laid out once.
        for again in (True, False):
            high = max(page.evaluate("document.documentElement.scrollHeight"), 600)
            page.set_viewport_size({"width": width, "height": high})
            page.wait_for_timeout(150)
            if again:
                page.set_viewport_size({"width": width, "height": 600})
    file = PICTURES / f"{screen.name}-{width}.png"
    page.screenshot(path=file, full_page=screen.act is None)
    page.set_viewport_size({"width": width, "height": 844 if width < 500 else 800})
    troubles += grave_findings(page, screen.leave_out) + sticks_out(page)
    if width < 500:
        troubles += [f"small target {what}" for what in small_targets(page)]
    return Drawn(screen, width, file, shift, weight / 1000, tuple(troubles))


def draw_all(live: Live, browsers: Browsers, chosen: list[Screen]) -> Iterator[Drawn]:
    """Every chosen screen at its widths, one window a role and width."""
    facts = facts_of(live)
    for width in (1280, 390):
        at_width = [screen for screen in chosen if width in screen.widths]
        for role, screens in groupby(sorted(at_width, key=lambda s: s.role), key=lambda s: s.role):
            phone = width < 500
            with browsers.window(width=width, height=844 if phone else 800, has_touch=phone) as page:
                if role:
                    sign_in(page, live, role)
                for screen in screens:
                    try:
                        yield draw(page, live, facts, screen, width)
                    except Error as error:
                        yield Drawn(screen, width, None, 0, 0, (str(error).splitlines()[0],))


def index(drawn: list[Drawn]) -> str:
    """A page with all pictures, both widths of a screen side by side."""
    parts = []
    for name, pair in groupby(sorted(drawn, key=lambda d: d.screen.name), key=lambda d: d.screen.name):
        figures = []
        for one in sorted(pair, key=lambda d: -d.width):
            said = f"{one.width} px · {one.kilobytes:.0f} kB · shift {one.shift:.3f}"
            troubles = "".join(f"<li>{escape(trouble)}</li>" for trouble in one.troubles)
            picture = f'<img src="{one.file.name}" alt="" loading="lazy">' if one.file else ""
            figures.append(f"<figure><figcaption>{said}<ul>{troubles}</ul></figcaption>{picture}</figure>")
        parts.append(f'<section id="{name}"><h2>{name}</h2>{"".join(figures)}</section>')
    style = (
        "body{font:16px system-ui;margin:2rem}section{display:grid;grid-template-columns:3fr 1fr;gap:1rem}"
        "h2{grid-column:1/-1}figure{margin:0}img{max-width:100%;border:1px solid #ccc}li{color:#a00}"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Every screen</title>'
        f"<style>{style}</style><h1>Every screen</h1>{''.join(parts)}</html>\n"
    )


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    chosen = [screen for screen in SCREENS if not words or any(word in screen.name for word in words)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    print("Loading the province (once; kept until the code of the apps changes)", flush=True)
    drawn: list[Drawn] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        start_live(Path(folder), demo=True, scale="tenth") as live,
        Browsers(chromium_here()) as browsers,
    ):
        for one in draw_all(live, browsers, chosen):
            drawn.append(one)
            print(f"{one.width:5} {one.screen.name:24} {one.kilobytes:6.0f} kB  shift {one.shift:.3f}")
            for trouble in one.troubles:
                print(f"      {trouble}", flush=True)
    (PICTURES / "index.html").write_text(index(drawn), encoding="utf-8")
    print(f"{len(drawn)} pictures: {PICTURES / 'index.html'}")
    return 1 if any(one.troubles for one in drawn) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
