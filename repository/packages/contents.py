"""What a package is made of, counted by the names of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .mediatypes import extension, media_type

#: How authoring programs name the files of one slide: iSpring slide3.js, Adobe Presenter Slide3.swf.
_SLIDE = re.compile(r"(?:^|/)slide_?(\d{1,4})\.(?:js|swf|html?|png|jpe?g|svg)$", re.IGNORECASE)
_PAGES = frozenset({"html", "htm", "xhtml", "xht"})
_SCRIPTS = frozenset({"js", "mjs", "css", "json", "xml"})


@dataclass(frozen=True, slots=True)
class Contents:
    """Numbers of files by what they are for. `slides` counts slides, each of which may have several files."""

    pages: int = 0
    slides: int = 0
    pictures: int = 0
    sounds: int = 0
    videos: int = 0
    films: int = 0
    scripts: int = 0
    others: int = 0


def slide_number(path: str) -> int | None:
    """The number of the slide that a file belongs to, None where its name tells of none."""
    found = _SLIDE.search(path)
    return int(found[1]) if found else None


def _use(path: str) -> str:
    last = extension(path)
    if last in _PAGES:
        return "pages"
    if last == "swf":
        return "films"
    if last in _SCRIPTS:
        return "scripts"
    kind = media_type(path).partition("/")[0]
    return {"image": "pictures", "audio": "sounds", "video": "videos"}.get(kind, "others")


def count(paths: Iterable[str]) -> Contents:
    """How many files of each use there are among `paths`."""
    numbers: dict[str, int] = {}
    slides: dict[str, set[int]] = {}
    for path in paths:
        use = _use(path)
        numbers[use] = numbers.get(use, 0) + 1
        if (slide := slide_number(path)) is not None:
            slides.setdefault(extension(path), set()).add(slide)
    # A slide's picture may be numbered from 1 where its film is numbered from 0.
    return Contents(slides=max(map(len, slides.values()), default=0), **numbers)
