"""What a launch page asks for: its local files, and whether it opens anything but Flash.

A rough reading of HTML, good enough to warn a teacher before learners see an empty page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

from .names import candidates, fold, resolve

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_FRAME = re.compile(r"<i?frame\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>#]+\.x?html?)\b", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(script|style|noscript|object|title)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_FLASH = re.compile(r"\.swf\b|x-shockwave-flash|D27CDB6E-AE6D-11cf|swfobject|AC_FL_RunContent", re.IGNORECASE)

#: Files by which authoring programs play without Flash what they also wrote as Flash.
_HTML5_MARKS = re.compile(
    r"(^|/)(story_html5\.html|html5/|mobile/|cpm\.js|cpxhrloader\.js|presentation\.html|"
    r"data/html/presenter\.js|data/player\.js|rlplayer[^/]*\.js)|\.(mp4|webm|m4v)$"
)

#: A page with less text than this and a Flash film is a frame around the film.
_WORDS_OF_A_FRAME = 300


@dataclass(frozen=True, slots=True)
class Page:
    """What a launch page (already decoded) refers to; addresses are as written."""

    scripts: tuple[str, ...]
    frames: tuple[str, ...]
    links: tuple[str, ...]
    flash: bool
    visible_characters: int


def read_page(html: str) -> Page:
    """The references of an HTML page. Linear in its length: hand in a bounded piece."""
    live = _COMMENT.sub("", html)
    body = _TAG.sub(" ", _INVISIBLE.sub(" ", live))
    return Page(
        scripts=_addresses(_SCRIPT, live),
        frames=_addresses(_FRAME, live),
        links=_addresses(_LINK, live),
        flash=mentions_flash(html),
        visible_characters=len("".join(unescape(body).split())),
    )


def _addresses(pattern: re.Pattern[str], html: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unescape(address) for address in pattern.findall(html)))


def mentions_flash(source: str) -> bool:
    return _FLASH.search(source) is not None


def is_frame_of_a_film(page: Page, other_pages: Sequence[str]) -> bool:
    """Whether nothing but the film is left to see: hardly any text, no way on to other pages."""
    return page.visible_characters < _WORDS_OF_A_FRAME and not other_pages


def flash_files(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.lower().endswith(".swf"))


def plays_without_flash(paths: Sequence[str]) -> bool:
    """Whether the package also has what its authoring program plays in a browser of today."""
    return any(_HTML5_MARKS.search(fold(path)) for path in paths)


def decode(data: bytes) -> str:
    """Text of a page or script for a rough reading; nothing fails."""
    for encoding in ("utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("latin-1")


def local_files(
    page_path: str, addresses: Sequence[str], find: Callable[[str], str | None]
) -> tuple[list[str], list[str]]:
    """The addresses of a page that are files of the package: (paths there, paths missing)."""
    folder = page_path.rpartition("/")[0]
    base = folder + "/" if folder else ""
    there: list[str] = []
    missing: list[str] = []
    for address in addresses:
        plain = re.split(r"[?#]", address, maxsplit=1)[0]
        if not plain or plain.startswith(("//", "{", "<", "$")) or "{{" in plain:
            continue
        path = resolve(base, plain)
        if path is None:
            continue
        found = next((match for spelling in candidates(path) if (match := find(spelling))), None)
        if found:
            there.append(found)
        else:
            missing.append(candidates(path)[-1])
    return there, missing
