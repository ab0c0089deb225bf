"""Pictures of screens and what a machine can say about their accessibility."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.screens import SMALL_TARGETS

PICTURES = Path(__file__).resolve().parents[2] / "var" / "pictures"
PHONE = 390
GRAVE = {"serious", "critical"}


def shoot(page: Page, name: str, *, widths: tuple[int, ...] = (1280, PHONE)) -> list[Path]:
    """Saves the whole page as var/pictures/NAME-WIDTH.png at each width; the window gets its size back."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size or {"width": 1280, "height": 800}
    saved = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844 if width <= PHONE else 800})
        target = PICTURES / f"{name}-{width}.png"
        page.screenshot(path=target, full_page=True)
        saved.append(target)
    page.set_viewport_size(before)
    return saved


def grave_findings(page: Page, leave_out: tuple[str, ...] = ()) -> list[str]:
    """What axe finds serious or critical.

    ``leave_out``: selectors of what is not ours to judge, as the frame of an uploaded lesson.
    """
    context = {"exclude": [[selector] for selector in leave_out]} if leave_out else None
    found = []
    for violation in Axe().run(page, context=context).response["violations"]:
        if violation["impact"] in GRAVE:
            places = "; ".join(str(node["target"]) for node in violation["nodes"][:5])
            found.append(f"{violation['id']} ({violation['impact']}): {places}")
    return found


def sticks_out(page: Page) -> list[str]:
    """One sentence where the page is wider than its window, none where it is not."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} px stick out sideways: {_widest(page)}"] if over > 0 else []


def small_targets(page: Page) -> list[str]:
    """Controls lower than 44 px that are not words of a sentence."""
    return list(page.evaluate(SMALL_TARGETS))


def axe(page: Page, *, widths: tuple[int, ...] = (1280, PHONE), leave_out: tuple[str, ...] = ()) -> None:
    """Asserts that axe finds nothing serious or critical and that nothing sticks out sideways."""
    before = page.viewport_size or {"width": 1280, "height": 800}
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844 if width <= PHONE else 800})
        found += [f"{width} px: {what}" for what in grave_findings(page, leave_out) + sticks_out(page)]
    page.set_viewport_size(before)
    assert not found, f"{page.url}\n" + "\n".join(found)


def _widest(page: Page) -> str:
    return str(
        page.evaluate(
            """() => [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .slice(0, 3).map((e) => e.tagName + "." + e.className).join(", ")"""
        )
    )
