"""What a launch page asks for: its local files, and whether it opens anything but Flash.

A rough reading of HTML, good enough to warn a teacher before learners see an empty page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from .names import candidates, fold, resolve

_PAGE_NAME = re.compile(r"\.x?html?(?=[?#]|$)", re.IGNORECASE)
#: What holds no text for the eye.
_UNSEEN = frozenset({"script", "style", "noscript", "object", "title"})
_FLASH = re.compile(r"\.swf\b|x-shockwave-flash|D27CDB6E-AE6D-11cf|swfobject|AC_FL_RunContent", re.IGNORECASE)

#: Files and folders with which authoring programs play what they also wrote as Flash.
_HTML5_FOLDERS = ("html5/", "mobile/")
_HTML5_FILES = (
    "story_html5.html", "cpm.js", "cpxhrloader.js", "presentation.html", "data/player.js", "rlplayer.js",
    "data/html/presenter.js", ".mp4", ".webm", ".m4v",
)  # fmt: skip

#: Shorter pages take no time whatever is in them; of longer ones no tag has more attributes.
_SHORT = 32 * 1024
_MOST_ATTRIBUTES = 1_000

#: A page with less text than this and a Flash film is a frame around the film.
_WORDS_OF_A_FRAME = 300


@dataclass(frozen=True, slots=True)
class Page:
    """What a launch page (already decoded) refers to; addresses are as written."""

    title: str
    scripts: tuple[str, ...]
    frames: tuple[str, ...]
    links: tuple[str, ...]
    flash: bool
    visible_characters: int


def read_page(html: str) -> Page:
    """The references of an HTML page. A parser rather than expressions: those take the square of the length
    for pages made to do harm."""
    root = parse(html)
    if root is None:
        return Page("", (), (), (), mentions_flash(html), 0)
    scripts: list[str] = []
    frames: list[str] = []
    links: list[str] = []
    for element in root.iter("script", "iframe", "frame", "a"):
        if element.tag == "a":
            address = str(element.get("href") or "")
            if _PAGE_NAME.search(address):
                links.append(address)
        elif source := element.get("src"):
            (scripts if element.tag == "script" else frames).append(str(source))
    title = next((" ".join(str(found.text or "").split()) for found in root.iter("title")), "")
    return Page(
        title=title[:300],
        scripts=_once(scripts),
        frames=_once(frames),
        links=_once(links),
        flash=mentions_flash(html),
        visible_characters=_visible_characters(root),
    )


class _Attributes:
    """Hears a page's tags without a tree; the most attributes that one of them has."""

    def __init__(self) -> None:
        self.most = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.most = max(self.most, len(attributes))

    def close(self) -> int:
        return self.most


def _most_attributes(data: bytes) -> int:
    parser = etree.HTMLParser(encoding="utf-8", target=_Attributes())  # type: ignore[arg-type]
    parser.feed(data)
    most: int = parser.close()  # type: ignore[assignment]
    return most


def parse(html: str) -> etree._Element | None:
    """The root of a page, however it is written; None where there is nothing in it, or a tag with more
    attributes than anybody writes: a tree of them takes the square of their number."""
    data = html.replace("\0", "").encode("utf-8", "replace")
    # huge_tree: old programs leave hundreds of tags open, and what stands deeper than 256 would be lost.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        if len(data) > _SHORT and _most_attributes(data) > _MOST_ATTRIBUTES:
            return None
        return etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _visible_characters(root: etree._Element) -> int:
    """Characters of text that a reader would see, without spaces."""
    total = 0
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        unseen = element.tag in _UNSEEN
        if event == "start":
            hidden += unseen
            text = element.text
        else:
            hidden -= unseen
            text = element.tail
        if text and not hidden:
            total += len("".join(str(text).split()))
    return total


def _once(addresses: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.strip() for address in addresses))


def mentions_flash(source: str) -> bool:
    return _FLASH.search(source) is not None


def is_frame_of_a_film(page: Page, other_pages: Sequence[str]) -> bool:
    """Whether nothing but the film is left to see: hardly any text, no way on to other pages."""
    return page.visible_characters < _WORDS_OF_A_FRAME and not other_pages


def flash_files(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.lower().endswith(".swf"))


def plays_without_flash(paths: Sequence[str]) -> bool:
    """Whether the package also has what its authoring program plays in a browser of today."""
    for path in paths:
        folded = fold(path)
        if folded.endswith(_HTML5_FILES) or any(
            folded.startswith(folder) or f"/{folder}" in folded for folder in _HTML5_FOLDERS
        ):
            return True
    return False


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
