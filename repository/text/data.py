"""Sentences in the data files of authoring programs: strings of JavaScript and JSON, text of XML.

Storyline, iSpring, Captivate, Rise, H5P and hand-made games keep what they show as strings, some of them
JSON or HTML once more inside. No script is run: string literals are picked out and judged by their look.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from repository.packages import xml
from repository.text.html import read_html

#: One literal of JavaScript. One that never ends takes the rest of its line with it: none is read twice.
_LITERAL = re.compile(
    r'"((?:[^"\\\n]|\\.)*+)"?' r"|'((?:[^'\\\n]|\\.)*+)'?" r"|`((?:[^`\\]|\\.)*+)`?", re.DOTALL
)
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": " ", "r": "\n", "b": "", "f": "", "v": " ", "0": ""}
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ\u1ea0-\u1ef9]", re.IGNORECASE)
_CODE = re.compile(
    r"[{}]|=>|===|;\s*$|\bfunction\b|\breturn\b|\bvar\b|://|\bpx\b|\bundefined\b|\\|</?script|^[#.@][\w-]+|"
    r"\b(?:font|color|background|margin|padding|border|width|height|text)-?\w*\s*:|"
    r"\.(?:png|jpe?g|gif|svg|mp[34]|js|css|html?|xml|swf|woff2?)\b",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"\S{45,}")
_WORDS = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&[a-z]+;|&#\d+;")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}\Z")
_DEEPEST = 6
_MOST_STRINGS = 60_000


class _Budget:
    """How many strings are still looked at: one file is not worth more."""

    left = _MOST_STRINGS


def from_script(source: str, *, vietnamese_only: bool = False) -> list[str]:
    """The sentences among the string literals of a script. ``vietnamese_only``: where it is mostly code."""
    return _once(_from_source(source, 0, vietnamese_only, _Budget()))


def from_json(source: str) -> list[str]:
    """The sentences in a JSON document; [] where it is none."""
    try:
        found = json.loads(source)
    except (ValueError, RecursionError):
        return []
    return _once(_from_value(found, 0, False, _Budget()))


def from_xml(data: bytes) -> list[str]:
    """The sentences in a program's XML, its texts and attributes; [] where it is none or has entities."""
    try:
        root = xml.parse(data).root
    except ValueError:
        return []
    budget = _Budget()
    return _once(
        found
        for element in root.iter(etree.Element)
        for value in (element.text, *element.attrib.values(), element.tail)
        if value
        for found in _from_string(str(value), 0, False, budget)
    )


def _once(found: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _from_source(source: str, depth: int, vietnamese: bool, budget: _Budget) -> Iterator[str]:
    for match in _LITERAL.finditer(source):
        if budget.left <= 0:
            return
        literal = match[match.lastindex or 0]
        if len(literal) > 2:
            yield from _from_string(_unescaped(literal), depth, vietnamese, budget)


def _unescaped(literal: str) -> str:
    if "\\" not in literal:
        return literal
    text = _ESCAPE.sub(_character, literal)
    # Letters beyond the first plane are written as two.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        number = int(code.strip("ux{}"), 16)
        return chr(number) if number <= 0x10FFFF else ""
    return "" if code[-1] == "\n" else _SIMPLE.get(code, code)


def _from_value(value: Any, depth: int, vietnamese: bool, budget: _Budget) -> Iterator[str]:
    waiting = [value]
    while waiting and budget.left > 0:
        one = waiting.pop()
        if isinstance(one, str):
            yield from _from_string(one, depth, vietnamese, budget)
        elif isinstance(one, dict):
            waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def _from_string(text: str, depth: int, vietnamese: bool, budget: _Budget) -> Iterator[str]:
    """What a string says: itself, the strings of the JSON it is, or the text of the HTML it is."""
    budget.left -= 1
    text = text.strip()
    if len(text) < 2 or depth > _DEEPEST:
        return
    if text[0] in "{[" and text[-1] in "}]":
        try:
            yield from _from_value(json.loads(text), depth + 1, vietnamese, budget)
        except (ValueError, RecursionError):
            return
        return
    if _BASE64.match(text):
        yield from _from_base64(text, depth, vietnamese, budget)
        return
    if _MARKUP.search(text):
        _title, text = read_html(text)
    for line in text.split("\n"):
        said = " ".join(line.split())
        if is_sentence(said, vietnamese=vietnamese):
            yield said


def _from_base64(text: str, depth: int, vietnamese: bool, budget: _Budget) -> Iterator[str]:
    """Rise keeps its course as JSON in base64; pictures and sounds in it are no text."""
    try:
        inside = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return
    if inside[:1] in ("{", "["):
        yield from _from_string(inside, depth + 1, vietnamese, budget)


def is_sentence(text: str, *, vietnamese: bool = False) -> bool:
    """Whether a string is meant for people: words, mostly letters, nothing of code, addresses or styles.

    One word alone counts only where it has Vietnamese marks. ``vietnamese``: all
    must have them, and four words: what a player says on its buttons is no content.
    """
    if not text or _CODE.search(text) or _LONG_WORD.search(text):
        return False
    words = _WORDS.findall(text)
    marked = bool(_VIETNAMESE.search(text))
    if len(words) < 2 or " " not in text:
        return marked and bool(words) and not vietnamese
    if vietnamese and len(words) < 4:
        return False
    letters = sum(len(word) for word in words)
    if letters < 0.55 * len(text.replace(" ", "")):
        return False
    return marked or not vietnamese
