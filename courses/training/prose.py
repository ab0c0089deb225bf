"""The text of a page: blocks as they are written in a form, and as they are kept. Pure.

A paragraph is kept as HTML of a few tags only. In the form it is plain text with simple marks:
``**bold**``, ``*italic*``, ``[words](https://address)``; an empty line begins a new paragraph.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any

MOST_BLOCKS = 100
LONGEST_TEXT = 10_000
LONGEST_LINE = 500

#: Kinds of blocks → their fields; a kind without named fields is one text
FIELDS: dict[str, tuple[str, ...]] = {
    "heading": (),
    "paragraph": (),
    "list": (),
    "steps": (),
    "quote": ("text", "source"),
    "picture": ("resource", "caption"),
    "lesson": ("resource", "note"),
    # A file of a cartridge that was taken into the course: "uid of its version/path in the package"
    "file": ("file", "note"),
}
LISTS = frozenset({"list", "steps"})
LINKED = frozenset({"picture", "lesson"})

LONGEST_FILE = 1_100
_FILE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/[^\x00-\x1f]+")

_KEPT = {"p": "p", "br": "br", "b": "b", "strong": "b", "i": "i", "em": "i", "a": "a"}
_DROPPED = frozenset({"script", "style", "template", "iframe", "object", "svg"})
_SAFE_LINK = re.compile(r"(https?://|mailto:|/(?!/))\S+", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])", re.DOTALL)
_LINK = re.compile(r"\[([^\]\n]+)\]\(((?:https?://|mailto:|/(?!/))[^\s()]+)\)", re.IGNORECASE)


class ProseError(ValueError):
    """A block that cannot be kept; ``code`` says why, ``number`` which one, counted from 1."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(code)
        self.code, self.number = code, number


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[str] = []
        self.dropping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropping += 1
        kept = _KEPT.get(tag)
        if kept is None or self.dropping:
            return
        if kept == "br":
            self.out.append("<br>")
            return
        extra = ""
        if kept == "a":
            href = (dict(attrs).get("href") or "").strip()
            if not _SAFE_LINK.fullmatch(href):
                return
            extra = f' href="{escape(href)}"'
        self.open.append(kept)
        self.out.append(f"<{kept}{extra}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropping = max(self.dropping - 1, 0)
        kept = _KEPT.get(tag)
        if kept not in self.open or self.dropping:
            return
        while True:
            last = self.open.pop()
            self.out.append(f"</{last}>")
            if last == kept:
                return

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            self.out.append(escape(data, quote=False))


def clean_html(html: str) -> str:
    """The HTML with only paragraphs, line breaks, bold, italic and links that lead to the web left in it."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    closing = "".join(f"</{tag}>" for tag in reversed(cleaner.open))
    return "".join(cleaner.out).strip() + closing


def to_html(text: str) -> str:
    """Text with simple marks as HTML; whatever else is in it stays text."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{_inline(part.strip())}</p>" for part in parts if part.strip())


def _inline(text: str) -> str:
    safe = escape(text, quote=False)
    safe = _LINK.sub(lambda m: f'<a href="{m[2].replace(chr(34), "%22")}">{m[1]}</a>', safe)
    safe = _BOLD.sub(r"<b>\1</b>", safe)
    safe = _ITALIC.sub(r"<i>\1</i>", safe)
    return safe.replace("\n", "<br>")


class _Marker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p" and self.out:
            self.out.append("\n\n")
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        self.out.append({"br": "\n", "b": "**", "i": "*", "a": "["}.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.out.append(f"]({self.links.pop() if self.links else ''})")
        self.out.append({"b": "**", "i": "*"}.get(tag, ""))

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def to_marked(html: str) -> str:
    """A kept paragraph as text with simple marks, for the form."""
    marker = _Marker()
    marker.feed(clean_html(html))
    marker.close()
    return "".join(marker.out).strip()


def _line(text: Any, number: int, longest: int = LONGEST_LINE) -> str:
    text = str(text or "").strip()
    if len(text) > longest:
        raise ProseError("block_too_long", number)
    return text


def _resource(text: str, number: int) -> str:
    """The public id in what was pasted: the id itself or the address of the resource's page."""
    found = re.search(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", text, re.IGNORECASE)
    if found is None:
        raise ProseError("block_resource_unknown", number)
    return str(uuid.UUID(found[0]))


def _cleaned(kind: str, value: Any, number: int) -> Any:
    """The value as it is kept, or None where there is nothing in it."""
    if kind in LISTS:
        items = [_line(item, number) for item in value or []]
        return [item for item in items if item] or None
    if kind == "paragraph":
        html = clean_html(_line(value, number, LONGEST_TEXT))
        return html if re.sub(r"<[^>]+>|\s", "", html) else None
    if not FIELDS[kind]:
        return _line(value, number) or None
    given = value if isinstance(value, Mapping) else {}
    if kind == "file":
        file = _line(given.get("file"), number, LONGEST_FILE)
        if not _FILE.fullmatch(file):
            raise ProseError("block_file_unknown", number)
        return {"file": file, "note": _line(given.get("note"), number)}
    longest = LONGEST_TEXT if kind == "quote" else LONGEST_LINE
    fields = {name: _line(given.get(name), number, longest) for name in FIELDS[kind]}
    if not any(fields.values()):
        return None
    if kind in LINKED:
        fields["resource"] = _resource(fields["resource"], number)
    elif not fields["text"]:
        raise ProseError("block_empty", number)
    return fields


def clean_blocks(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as they are kept, empty ones left out. Raises ProseError for one that cannot be."""
    if len(blocks) > MOST_BLOCKS:
        raise ProseError("blocks_too_many", MOST_BLOCKS)
    kept = []
    for number, block in enumerate(blocks, start=1):
        kind = block.get("type", "")
        if kind not in FIELDS:
            raise ProseError("block_unknown", number)
        value = _cleaned(kind, block.get("value"), number)
        if value is not None:
            kept.append({"type": kind, "value": value, "id": block.get("id") or str(uuid.uuid4())})
    return kept


def resources_of(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    """The public ids of the resources that kept blocks show or link to."""
    return {block["value"]["resource"] for block in blocks if block["type"] in LINKED}


def versions_of(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    """The public ids of the versions that kept blocks show files of."""
    return {block["value"]["file"].partition("/")[0] for block in blocks if block["type"] == "file"}
