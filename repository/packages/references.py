"""The addresses that pages, style sheets and scripts of a package are made of, and of what sort each is.

A rough reading by bounded expressions: every one takes time in proportion to the text, however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Sort = Literal["local", "http", "foreign", "disk"]

_ATTRIBUTE = re.compile(
    r"\b(?:src|href|poster|data)\s{0,5}=\s{0,5}([\"'])([^\"'<>\r\n]{1,400})\1", re.IGNORECASE
)
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,15})\b")
_URL = re.compile(r"url\(\s{0,5}[\"']?([^\"')\s]{1,400})", re.IGNORECASE)
_KINDS = "js|mjs|css|png|jpe?g|gif|svg|webp|mp3|m4a|ogg|wav|mp4|webm|json|html?|woff2?"
_IN_SCRIPT = re.compile(
    rf"[\"']((?:https?://|file://|[A-Za-z]:[\\/])[^\"'\s<>]{{3,300}}\.(?:{_KINDS}))(?:[?#][^\"'\s]{{0,200}})?[\"']"
)
#: With which an address that is worth a closer look has its first mark, and how far before it begins at most.
_MARK = re.compile(r":[/\\]")
_BEFORE = len("'https")
_DISK = re.compile(r"^(?:file:|[A-Za-z]:[\\/]|\\\\[A-Za-z0-9])", re.IGNORECASE)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_HOST = re.compile(r"^(?:https?:)?//([A-Za-z0-9.-]{1,253})", re.IGNORECASE)

#: Elements that load what they name; others only lead there.
_LOADING = frozenset({"script", "img", "iframe", "frame", "embed", "source", "video", "audio", "object",
                      "input", "track", "link"})  # fmt: skip
#: The longest tag in which an attribute is looked for, in characters.
_TAG_CHARS = 600
#: On the learner's own machine an address of this computer means nothing either, but it is nobody's site.
_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "www.w3.org"})


class Reference(NamedTuple):
    """An address as it is written; `loads` tells whether the page is made of it or only leads to it."""

    address: str
    sort: Sort
    loads: bool


def host(address: str) -> str:
    """The site that an address names, "" where it names none."""
    found = _HOST.match(address.strip())
    return found[1].lower() if found else ""


def sort_of(address: str) -> Sort | None:
    """Where an address leads; None for what is no file at all (`#`, data:, mailto:, a template's hole)."""
    address = address.strip()
    if _DISK.match(address):
        return "disk"
    if site := host(address):
        if site in _OWN_HOSTS or "." not in site:
            return None
        return "http" if address[:5].lower() == "http:" else "foreign"
    if not address or address.startswith(("#", "?", "{", "$", "/")) or _SCHEME.match(address):
        return None
    return None if any(mark in address for mark in ("{{", "${", "<%", "'+", '"+')) else "local"


def without_comments(html: str) -> str:
    """A page without its comments; what follows one that is never closed is left out, as browsers do."""
    parts = []
    position = 0
    while (start := html.find("<!--", position)) >= 0:
        parts.append(html[position:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        position = end + 3
    parts.append(html[position:])
    return "".join(parts)


def in_page(html: str) -> Iterator[Reference]:
    """What a page refers to, in attributes and in its own styles."""
    html = without_comments(html)
    for found in _ATTRIBUTE.finditer(html):
        start = html.rfind("<", max(0, found.start() - _TAG_CHARS), found.start())
        tag = _TAG.match(html, start) if start >= 0 else None
        if tag is None or html.find(">", start, found.start()) >= 0:
            continue  # a line of a script that only looks like one
        address = found[2].strip()
        sort = sort_of(address)
        if sort is not None:
            yield Reference(address, sort, _loads(tag[1].lower(), html[start : found.end() + _TAG_CHARS]))
    yield from in_style(html)


def _loads(tag: str, text: str) -> bool:
    return tag in _LOADING and (tag != "link" or "stylesheet" in text.partition(">")[0].lower())


def in_style(css: str) -> Iterator[Reference]:
    """What a style sheet loads."""
    for found in _URL.finditer(css):
        sort = sort_of(found[1])
        if sort is not None:
            yield Reference(found[1], sort, loads=True)


def in_script(script: str) -> Iterator[Reference]:
    """Addresses of files elsewhere that stand in a script as whole words in quotes."""
    for found in _quoted(script):
        sort = sort_of(found[1])
        if sort is not None and sort != "local":
            yield Reference(found[1], sort, loads=True)


def _quoted(script: str) -> Iterator[re.Match[str]]:
    """What `_IN_SCRIPT` finds, looked for where a colon is: quotes are many, and each would be tried."""
    end = 0
    for mark in _MARK.finditer(script):
        first = max(end, mark.start() - _BEFORE)
        start = max(script.rfind(quote, first, mark.start()) for quote in "\"'")
        found = _IN_SCRIPT.match(script, start) if start >= 0 else None
        if found is not None:
            end = found.end()
            yield found
