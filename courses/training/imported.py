"""A web page of another system as the blocks of a page of text. Pure; what is kept is cleaned again (prose).

Headings, paragraphs, lists and quotes become blocks of their own; the rows of tables become lines. Scripts,
styles and frames are left out, pictures and files of the package become blocks that show them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from lxml import etree

from courses.training.prose import LONGEST_LINE, LONGEST_TEXT, MOST_BLOCKS
from repository.packages import pages

#: (address on the page) → "version/path" of a file of the package, or "" for none
FileOf = Callable[[str], str]

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "table", "tr", "pre", "dl", "dt", "dd",
     "figure", "figcaption", "address", "hr", "body", "center", "fieldset", "form", "aside", "nav"}
)  # fmt: skip
_DROPPED = frozenset({"script", "style", "template", "head", "object", "svg", "noscript", "math", "select"})
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i"}
_WEB = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)
_BLANK = re.compile(r"[\s\xa0]+")
_DEEPEST = 200


def blocks_of(html: str, file_of: FileOf) -> tuple[list[dict[str, Any]], list[str]]:
    """The blocks of a page, and what was left out of it ("frames", "length")."""
    reader = _Reader(file_of)
    root = pages.parse(html)
    if root is not None:
        reader.read(root)
    reader.end_block()
    blocks = reader.blocks
    if len(blocks) > MOST_BLOCKS:
        reader.left_out.add("length")
        blocks = _fewer(blocks)
    return blocks, sorted(reader.left_out)


def _fewer(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Paragraphs that follow each other become one, as far as that goes; the rest is cut off."""
    joined: list[dict[str, Any]] = []
    for block in blocks:
        last = joined[-1] if joined else None
        both = last is not None and last["type"] == block["type"] == "paragraph"
        if both and last is not None and len(last["value"]) + len(block["value"]) <= LONGEST_TEXT:
            last["value"] += block["value"]
        else:
            joined.append(dict(block))
    return joined[:MOST_BLOCKS]


def _pieces(text: str, most: int) -> Iterator[str]:
    """The text in pieces of at most so many characters, cut between words where there is a blank."""
    start = 0
    while start < len(text):
        stop = start + most
        if stop < len(text):
            stop = max(text.rfind(" ", start + 1, stop), 0) or stop
        yield text[start:stop].strip()
        start = stop


class _Reader:
    """Gathers text with a few inline tags until a block ends."""

    def __init__(self, file_of: FileOf) -> None:
        self.file_of = file_of
        self.blocks: list[dict[str, Any]] = []
        self.left_out: set[str] = set()
        self.html: list[str] = []
        self.plain: list[str] = []
        self.open: list[str] = []
        self.dropping = 0
        self.kind = "paragraph"
        self.items: list[list[str]] = []
        self.lists: list[str] = []
        self.files: list[tuple[str, str, str]] = []
        self.file_link = ""

    # -- tags ----------------------------------------------------------------------------------------------

    def read(self, root: etree._Element) -> None:
        """All of a page. By steps: its tags may stand in each other however deep."""
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                self._open(str(element.tag), {str(name): str(value) for name, value in element.items()})
                self._text(element.text)
            else:
                self._end(str(element.tag))
                self._text(element.tail)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag in _DROPPED:
            self.dropping += 1
        if self.dropping:
            return
        if tag in ("iframe", "embed", "frame"):
            self._frame(given)
        elif tag in _HEADINGS or tag == "blockquote":
            self._begin("heading" if tag in _HEADINGS else "quote")
        elif tag in ("ul", "ol"):
            if not self.lists:
                self._begin("steps" if tag == "ol" else "list")
            if len(self.lists) < _DEEPEST:
                self.lists.append(tag)
        elif tag == "li" and self.lists:
            self.items.append([])
        elif tag in _BREAKS:
            self._break()
        else:
            self._inline(tag, given)

    def _end(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropping = max(self.dropping - 1, 0)
            return
        if self.dropping:
            return
        if tag in _HEADINGS or tag == "blockquote":
            self.end_block()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            if not self.lists:
                self.end_block()
        elif tag in ("td", "th"):
            self._text(" | ")
        elif tag in _BREAKS:
            self._break()
        elif tag == "a" and self.file_link:
            self.file_link = ""
        elif (kept := _INLINE.get(tag, tag)) in self.open:
            self._close(kept)

    def _text(self, data: str | None) -> None:
        if self.dropping or not data:
            return
        text = _BLANK.sub(" ", data)
        if self.lists and self.items:
            self.items[-1].append(text)
        self.plain.append(text)
        self.html.append(escape(text, quote=False))
        if self.file_link and text.strip():
            self.files = [(kind, file, note or text.strip()) for kind, file, note in self.files]

    # -- what they mean ------------------------------------------------------------------------------------

    def _begin(self, kind: str) -> None:
        if self.kind == "quote" and kind != "heading":
            return  # lists inside a quote are its text
        self.end_block()
        self.kind = kind

    def _break(self) -> None:
        """A paragraph ends; within a list or quote it is a space."""
        if self.lists or self.kind == "quote":
            self._text(" ")
        elif self.kind == "paragraph":
            self.end_block()

    def _frame(self, given: dict[str, str]) -> None:
        address = given.get("src", "").strip()
        if address.startswith("//"):
            address = "https:" + address
        if _WEB.fullmatch(address):
            self._break()
            self.html.append(f'<a href="{escape(address)}">{escape(given.get("title") or address)}</a>')
            self.plain.append(address)
            self._break()
        else:
            self.left_out.add("frames")

    def _inline(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self.html.append("<br>")
            self.plain.append(" ")
        elif tag == "img":
            self._file("picture", given.get("src", ""), given.get("alt", ""))
        elif tag in ("source", "video", "audio"):
            self._file("file", given.get("src", ""), "")
        elif tag == "a":
            self._link(given.get("href", "").strip())
        elif tag in _INLINE:
            self.open.append(_INLINE[tag])
            self.html.append(f"<{_INLINE[tag]}>")

    def _link(self, address: str) -> None:
        if _WEB.fullmatch(address):
            self.open.append("a")
            self.html.append(f'<a href="{escape(address)}">')
        elif self._file("file", address, ""):
            self.file_link = address

    def _file(self, kind: str, address: str, note: str) -> bool:
        """A file of the package, shown after the block that it stands in."""
        if len(self.files) >= MOST_BLOCKS:  # each becomes a block
            self.left_out.add("length")
            return False
        found = self.file_of(address) if address else ""
        if found and found not in {file for _kind, file, _note in self.files}:
            self.files.append((kind, found, _BLANK.sub(" ", note).strip()[:LONGEST_LINE]))
        elif not found and kind == "picture" and _WEB.fullmatch(address.strip()):
            self.html.append(f'<a href="{escape(address.strip())}">{escape(note or address)}</a>')
            self.plain.append(address)
        return bool(found)

    def _close(self, kept: str) -> None:
        while self.open:
            last = self.open.pop()
            self.html.append(f"</{last}>")
            if last == kept:
                return

    # -- blocks --------------------------------------------------------------------------------------------

    def end_block(self) -> None:
        if self.open:
            self._close(self.open[0])
        kind, text = self.kind, _BLANK.sub(" ", "".join(self.plain)).strip(" |")
        if self.items:
            lines = [_BLANK.sub(" ", "".join(item)).strip()[:LONGEST_LINE] for item in self.items]
            lines = [line for line in lines if line]
            self._add(kind if kind in ("list", "steps") else "list", lines)
        elif text and kind == "heading":
            self._add("heading", text[:LONGEST_LINE])
        elif text and kind == "quote":
            self._add("quote", {"text": text[:LONGEST_TEXT], "source": ""})
        elif text and text not in {note for _sort, _file, note in self.files}:
            self._paragraph(text)
        for sort, file, note in self.files:
            self._add("file", {"file": file, "note": note[:LONGEST_LINE], "sort": sort})
        self.kind, self.html, self.plain, self.items, self.files = "paragraph", [], [], [], []
        self.lists, self.file_link = [], ""

    def _paragraph(self, text: str) -> None:
        html = f"<p>{_BLANK.sub(' ', ''.join(self.html)).strip(' |')}</p>"
        if len(html) <= LONGEST_TEXT:
            self._add("paragraph", html)
            return
        # Too long for one block: cut between words, without its marks.
        for piece in _pieces(text, 4000):
            self._add("paragraph", f"<p>{escape(piece, quote=False)}</p>")

    def _add(self, kind: str, value: Any) -> None:
        if value:
            self.blocks.append({"type": kind, "value": value})
