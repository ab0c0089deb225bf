"""What an HTML page says to the eye, a line a block."""

from __future__ import annotations

import re

from lxml import etree

from repository.packages.pages import decode, parse

_UNSEEN = frozenset({"script", "style", "noscript", "object", "template", "head", "iframe"})
_IN_LINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
     "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
     "tspan", "tt", "u", "var", "wbr"}
)  # fmt: skip
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
#: Encodings that pages of Vietnamese lessons are declared in; any other is guessed.
_ENCODINGS = {"windows-1258": "cp1258", "utf-16": "utf-16", "utf-16le": "utf-16-le", "windows-1252": "cp1252",
              "iso-8859-1": "cp1252"}  # fmt: skip


def text_of(data: bytes) -> str:
    """The page's characters, by its declaration where that is a known one, else by what they look like."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    declared = _CHARSET.search(data[:4096])
    encoding = _ENCODINGS.get(declared[1].decode().lower()) if declared else None
    if encoding and data[:3] != b"\xef\xbb\xbf" and not (encoding == "utf-16" and b"\0" not in data[:64]):
        try:
            data.decode("utf-8")  # many pages declare what they are not
        except UnicodeDecodeError:
            return data.decode(encoding, "replace")
    return decode(data)


def read_html(html: str) -> tuple[str, str]:
    """Title and visible text of a page or a piece of one; empty where there is none."""
    root = parse(html)
    if root is None:
        return "", ""
    title = next((" ".join(str(found.text or "").split()) for found in root.iter("title")), "")
    return title, _visible(root)


def _visible(root: etree._Element) -> str:
    lines: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        unseen = element.tag in _UNSEEN
        if element.tag not in _IN_LINE and not hidden:
            lines.append("\n")
        if event == "start":
            hidden += unseen
            text = element.text
        else:
            hidden -= unseen
            text = element.tail
        if text and not hidden:
            lines.append(re.sub(r"\s+", " ", str(text)))
    return "".join(lines)
