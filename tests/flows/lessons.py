"""Packages as a learner handles them: how to turn pages, tell the page, and finish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame, expect

from cms.demo import packages


@dataclass(frozen=True)
class Lesson:
    """A package on disk and the handles of its pages; pages are counted from 1."""

    path: Path
    title: str
    pages: int
    next_button: str
    on_page: Callable[[Frame, int], None]
    finish: Callable[[Frame], None]

    def go_to(self, frame: Frame, page: int) -> None:
        """From the first page on, each page seen before the next."""
        self.on_page(frame, 1)
        for number in range(2, page + 1):
            frame.click(self.next_button)
            self.on_page(frame, number)


def generated(folder: Path, name: str, title: str, pages: int) -> Lesson:
    """One of the project's own packages."""
    path = folder / packages.file_name(name)
    path.write_bytes(packages.build(name))

    def on_page(frame: Frame, page: int) -> None:
        expect(frame.locator("#page-number")).to_have_text(str(page))

    def finish(frame: Frame) -> None:
        while frame.locator("#next").is_visible():
            frame.click("#next")
        for answer in packages.ANSWERS.get(name, ()):
            frame.locator(f"label:has(#{answer})").click()
        frame.click("#finish")

    return Lesson(path, title, pages, "#next", on_page, finish)


GOLF = ("Playing", "Par", "Scoring", "OtherScoring")


def golf(path: Path, title: str) -> Lesson:
    """The golf samples: pages in a frame of their own, complete when the last is reached."""

    def on_page(frame: Frame, page: int) -> None:
        shown = frame.locator("#contentFrame")
        wanted = GOLF[page - 1]
        expect(shown).to_have_attribute("src", f"../Playing/{wanted}.html")

    def finish(frame: Frame) -> None:
        while frame.locator("#butNext").is_enabled():
            frame.click("#butNext")

    return Lesson(path, title, 16, "#butNext", on_page, finish)
