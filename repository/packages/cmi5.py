"""Reading cmi5.xml, the course structure of a cmi5 package, into plain data.

It says what the structure says: whether the pages are there is judged in `check`.
Source: cmi5 specification, 1st edition ("Quartz"), sections 13 and 14; the numbers are its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from lxml import etree

from . import xml
from .manifest import LONGEST_ADDRESS, MOST_ITEMS, AddressTooLongError

CMI5 = "cmi5"
FILENAME = "cmi5.xml"

MOVE_ONS = ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")
LAUNCH_METHODS = ("AnyWindow", "OwnWindow")
#: What the platform itself adds to a launch address; an address that has one already is refused (8.1).
LAUNCH_PARAMETERS = frozenset({"endpoint", "fetch", "actor", "registration", "activityid"})

#: Deeper nesting than anybody can read; also keeps hostile structures from exhausting the stack.
_DEEPEST = 40
_LONGEST_ID = 2_000
_LONGEST_TEXT = 64_000
#: An IRI has a scheme, and no blanks or quotes (RFC 3987).
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_LANGUAGES = ("vi", "en")


class StructureError(ValueError):
    """The structure breaks the standard; `found` is the text that does, as it is written."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Entry:
    """A block ("" as `url`) or an assignable unit. `parent` is the identifier of the block around it.

    `facts` is what a launch needs to know of a unit (13.1.4), under the names of the standard;
    `objectives` the identifiers of what it serves.
    """

    identifier: str
    title: str
    parent: str
    depth: int
    url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """A course: its identifier, title, objectives by identifier, blocks and units in their order."""

    identifier: str
    title: str
    entries: tuple[Entry, ...]
    objectives: dict[str, str]
    recovered: bool
    cut: bool

    @property
    def units(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.url)


def parse_structure(data: bytes) -> Structure:
    """Read a course structure from bytes. Raises `ValueError` if there is none; its subclasses
    `StructureError` where it breaks the standard, `AddressTooLongError`, `xml.TooDeepError`,
    `xml.EntitiesDeclaredError`."""
    document = xml.parse(data)
    root = document.root
    if xml.local(root.tag) != "coursestructure":
        raise ValueError("not a course structure")
    course = xml.child(root, "course")
    if course is None:
        raise StructureError("<course>")
    ids: set[str] = set()
    identifier = _identifier(course, set())
    objectives = {
        _identifier(one, ids): words(one, "title")
        for holder in xml.children(root, "objectives")
        for one in xml.children(holder, "objective")[:MOST_ITEMS]
    }
    entries: list[Entry] = []
    _entries(root, "", 0, entries, ids)
    return Structure(
        identifier=identifier,
        title=words(course, "title"),
        entries=tuple(entries[:MOST_ITEMS]),
        objectives=objectives,
        recovered=document.recovered,
        cut=len(entries) > MOST_ITEMS,
    )


def _identifier(element: etree._Element, taken: set[str]) -> str:
    """The element's id: an IRI, unlike every other (13.1)."""
    found = xml.attribute(element, "id")
    if len(found) > _LONGEST_ID or not _IRI.fullmatch(found) or found in taken:
        raise StructureError(found or f"<{xml.local(element.tag)}>")
    taken.add(found)
    return found


def _entries(holder: etree._Element, parent: str, depth: int, entries: list[Entry], ids: set[str]) -> None:
    """Append blocks and units below `holder`, a block before what is in it."""
    for element in holder:
        name = xml.local(element.tag)
        if name not in ("block", "au") or len(entries) > MOST_ITEMS:
            continue
        if depth > _DEEPEST:
            raise xml.TooDeepError
        identifier = _identifier(element, ids)
        facts = _facts(element, identifier) if name == "au" else {"id": identifier}
        url = _url(element) if name == "au" else ""
        entries.append(
            Entry(identifier, words(element, "title"), parent, depth, url, facts, objectives=_serves(element))
        )
        if name == "block":
            _entries(element, identifier, depth + 1, entries, ids)


def _serves(element: etree._Element) -> tuple[str, ...]:
    found = xml.child(element, "objectives")
    named = xml.children(found, "objective") if found is not None else []
    return tuple(xml.attribute(one, "idref") for one in named[:100])


def _url(element: etree._Element) -> str:
    """The unit's address, without the blanks around it (CDATA is common); it may not say where to report."""
    url = verbatim(xml.child(element, "url"))
    if len(url) > LONGEST_ADDRESS:
        raise AddressTooLongError
    if not url or any(character.isspace() for character in url):
        raise StructureError(url or "<url>")
    query = url.partition("#")[0].partition("?")[2]
    if any(name.lower() in LAUNCH_PARAMETERS for name, _value in parse_qsl(query, keep_blank_values=True)):
        raise StructureError(url)
    return url


def _facts(element: etree._Element, identifier: str) -> dict[str, Any]:
    """13.1.4: attributes and texts of a unit; those it is silent about are left out, but for defaults."""
    move_on = xml.attribute(element, "moveon") or MOVE_ONS[0]
    method = xml.attribute(element, "launchmethod") or LAUNCH_METHODS[0]
    if move_on not in MOVE_ONS:
        raise StructureError(move_on)
    if method not in LAUNCH_METHODS:
        raise StructureError(method)
    facts: dict[str, Any] = {"id": identifier, "moveOn": move_on, "launchMethod": method}
    if mastery := xml.attribute(element, "masteryscore"):
        facts["masteryScore"] = _share(mastery)
    for tag, name in (("launchparameters", "launchParameters"), ("entitlementkey", "entitlementKey")):
        if text := verbatim(xml.child(element, tag)):
            facts[name] = text
    if activity_type := xml.attribute(element, "activitytype"):
        facts["activityType"] = activity_type[:_LONGEST_ID]
    return facts


def _share(text: str) -> float:
    """A score from 0 to 1."""
    try:
        score = float(text)
    except ValueError:
        raise StructureError(text) from None
    if not math.isfinite(score) or not 0 <= score <= 1:
        raise StructureError(text)
    return score


def verbatim(element: etree._Element | None) -> str:
    """The text of an element as it is written, but for the blanks around it; of a bounded length."""
    if element is None:
        return ""
    return "".join(str(part) for part in element.itertext())[:_LONGEST_TEXT].replace("\0", "").strip()


def words(element: etree._Element, name: str) -> str:
    """The text of `name` in the language that readers here prefer, else in the first that there is."""
    holder = xml.child(element, name)
    if holder is None:
        return ""
    found = xml.children(holder, "langstring")
    return xml.text(next(iter(sorted(found, key=_preference)), holder))


def _preference(element: etree._Element) -> int:
    language = xml.attribute(element, "lang").lower().partition("-")[0]
    return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)


def structure_path(paths: Sequence[str]) -> str | None:
    """The shallowest cmi5.xml of a package; the standard wants it at the top (14.1)."""
    found = [path for path in paths if path.rpartition("/")[2].lower() == FILENAME]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def is_elsewhere(url: str) -> bool:
    """Whether a unit lies on another site rather than in the package."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", url) is not None
